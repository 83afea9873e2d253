import websocket from '@fastify/websocket'
import type { FastifyInstance } from 'fastify'
import type { Live } from './live.ts'
import { subprotocol } from './messages.ts'
import { registerSocket } from './socket.ts'
import { registerSse } from './sse.ts'

const messageBytesMax = 65_536
/** How long clients may take to answer a goodbye when the gateway closes. */
const goodbyeMs = 2000

/** Must be registered before any route. */
export async function installWebSockets(app: FastifyInstance, live: Live): Promise<void> {
  await app.register(websocket, {
    options: {
      maxPayload: messageBytesMax,
      handleProtocols: (offered: Set<string>) => (offered.has(subprotocol) ? subprotocol : false),
    },
    // Clients are told where to resume before the server stops listening.
    preClose: async () => {
      live.connections.drain()
      live.feed.hub.close()
      const { clients } = app.websocketServer
      const deadline = performance.now() + goodbyeMs
      while (clients.size > 0 && performance.now() < deadline)
        await new Promise((resolve) => setTimeout(resolve, 10))
      for (const client of clients) client.terminate()
      app.websocketServer.close()
    },
  })
}

export function registerLive(app: FastifyInstance, live: Live): void {
  registerSocket(app, live)
  registerSse(app, live)
}
