import features from '@eventstore/db-client/generated/serverfeatures_grpc_pb.js'
import featureMessages from '@eventstore/db-client/generated/serverfeatures_pb.js'
import service from '@eventstore/db-client/generated/streams_grpc_pb.js'
import type streams from '@eventstore/db-client/generated/streams_pb.js'
import * as grpc from '@grpc/grpc-js'
import { createStandInLog, type Recorded, type StandInLog, type Written } from './stand-in-log.test-kit.ts'
import {
  caughtUpMessage,
  checkpointMessage,
  confirmationMessage,
  eventMessage,
  notFoundMessage,
  outcomeMessage,
} from './stand-in-messages.test-kit.ts'

/**
 * A server that speaks enough of the protocol for the engine, in this process, and fails as it is told. A test double:
 * where it and a real server differ, the real server is right.
 */

/** What befalls one read or subscription, after so many events. */
export type ReadFault =
  /** `live`: not before the next event wants to be sent. */
  | { readonly kind: 'silent' | 'drop' | 'end'; readonly after: number; readonly live?: boolean }
  /** Sends every event twice. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'denied' }

/** What befalls one append; `stored`: after it was written. */
export type AppendFault =
  | { readonly kind: 'silent' | 'half-close' | 'drop'; readonly stored: boolean }
  | { readonly kind: 'not-leader'; readonly leader: number }
  | { readonly kind: 'answer-twice' }
  /** Written and answered only then. */
  | { readonly kind: 'hold'; readonly until: Promise<void> }
  | { readonly kind: 'denied' }

export type StandIn = Awaited<ReturnType<typeof startStandIn>>

type ReadCall = grpc.ServerWritableStream<streams.ReadReq, streams.ReadResp>
type AppendCall = grpc.ServerDuplexStream<streams.BatchAppendReq, streams.BatchAppendResp>
type ReadOptions = streams.ReadReq.Options

/** @param log shared by the nodes of one cluster. */
export async function startStandIn(log: StandInLog = createStandInLog()) {
  const readFaults: ReadFault[] = []
  const appendFaults: AppendFault[] = []
  const seen = { reads: 0, subscriptions: 0, appends: 0, sent: 0 }
  const state = { muted: false }
  let port = 0
  let server = await listen()

  async function listen(): Promise<grpc.Server> {
    const starting = new grpc.Server({ 'grpc.max_receive_message_length': 64 * 1024 * 1024 })
    starting.addService(service.StreamsService, {
      read,
      batchAppend,
      append: refuse,
      delete: refuse,
      tombstone: refuse,
    })
    starting.addService(features.ServerFeaturesService, { getSupportedMethods })
    const bind = (wanted: number) =>
      new Promise<number>((resolve, reject) => {
        const credentials = grpc.ServerCredentials.createInsecure()
        starting.bindAsync(`127.0.0.1:${wanted}`, credentials, (error, bound) =>
          error ? reject(error) : resolve(bound),
        )
      })
    port = await bind(port)
    return starting
  }

  function refuse(_: unknown, answer: (error: Partial<grpc.ServiceError>) => void) {
    answer({ code: grpc.status.UNIMPLEMENTED })
  }

  function getSupportedMethods(_: unknown, answer: grpc.sendUnaryData<featureMessages.SupportedMethods>) {
    if (state.muted) return
    const method = new featureMessages.SupportedMethod()
    method.setServiceName('event_store.client.streams.streams').setMethodName('batchappend')
    const supported = new featureMessages.SupportedMethods().setMethodsList([method])
    answer(null, supported.setEventStoreServerVersion('23.10.6'))
  }

  async function read(call: ReadCall) {
    const options = call.request.getOptions()
    if (!options || state.muted) return
    const sender = senderOf(call, readFaults.shift(), seen)
    if (options.hasSubscription()) {
      seen.subscriptions++
      await serveSubscription(log, call, options, sender)
    } else {
      seen.reads++
      await serveRead(log, call, options, sender)
    }
  }

  function batchAppend(call: AppendCall) {
    const parts = new Map<string, { stream: string; expected: number; events: Written[] }>()
    call.on('error', () => {})
    call.on('end', () => call.end())
    call.on('data', (request: streams.BatchAppendReq) => {
      if (state.muted) return
      const correlation = request.getCorrelationId()
      const key = correlation?.getString() ?? ''
      const options = request.getOptions()
      if (options) {
        const stream = Buffer.from(options.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8')
        const expected = options.hasNoStream() ? -1 : Number(options.getStreamPosition())
        parts.set(key, { stream, expected, events: [] })
      }
      const part = parts.get(key)
      if (!part || !correlation) return
      part.events.push(...request.getProposedMessagesList().map(writtenOf))
      if (!request.getIsFinal()) return
      parts.delete(key)
      seen.appends++
      const fault = appendFaults.shift()
      if (fault?.kind === 'not-leader') return call.emit('error', notLeader(fault.leader))
      if (fault?.kind === 'denied') {
        return call.write(outcomeMessage(correlation, part.stream, { kind: 'denied' }))
      }
      const write = () => log.append(part.stream, part.events, part.expected)
      if (fault && 'stored' in fault) {
        if (fault.stored) write()
        if (fault.kind === 'half-close') call.end()
        if (fault.kind === 'drop') call.emit('error', { code: grpc.status.UNAVAILABLE, details: 'dropped' })
        return
      }
      const answer = () => call.write(outcomeMessage(correlation, part.stream, write()))
      if (fault?.kind === 'hold') return void fault.until.then(answer)
      answer()
      if (fault?.kind === 'answer-twice') answer()
    })
  }

  return {
    log,
    seen,
    /** Each befalls the next read or subscription, the next after that, and so on. */
    readFaults,
    appendFaults,
    port,
    address: `esdb://127.0.0.1:${port}?tls=false`,
    /** Takes calls and answers none, or answers again. */
    mute(muted: boolean) {
      state.muted = muted
    },
    /** Breaks every connection and listens no more. */
    stop() {
      server.forceShutdown()
    },
    /** Listens again on the same port, with the same log. */
    async start() {
      server = await listen()
    },
  }
}

/** Sends to a reader at its pace, until the fault strikes. Answers whether there is any use in going on. */
function senderOf(call: ReadCall, fault: ReadFault | undefined, seen: { sent: number }) {
  let sent = 0
  let over = false
  let resume = () => {}
  const wake = () => resume()
  call.on('cancelled', () => {
    over = true
    resume()
  })
  call.on('drain', wake)
  call.on('error', () => {})

  /** Until the reader takes more, leaves, or `wake` is called. */
  async function rest() {
    await new Promise<void>((resolve) => {
      resume = resolve
    })
  }

  async function write(message: streams.ReadResp): Promise<boolean> {
    if (!over && !call.write(message)) await rest()
    return !over
  }

  /** Whether the fault struck. */
  function struck(): boolean {
    if (fault?.kind === 'denied') {
      const metadata = new grpc.Metadata()
      metadata.set('exception', 'access-denied')
      call.emit('error', { code: grpc.status.PERMISSION_DENIED, details: 'Access Denied', metadata })
    } else if (!fault || fault.kind === 'repeat' || sent < fault.after) return false
    else if (fault.kind === 'end') call.end()
    else if (fault.kind === 'drop') call.emit('error', { code: grpc.status.UNAVAILABLE, details: 'dropped' })
    over = true
    return true
  }

  return {
    over: () => over,
    rest,
    wake,
    async event(event: Recorded): Promise<boolean> {
      if (over || struck()) return false
      if (fault?.kind === 'repeat') await write(eventMessage(event))
      sent++
      seen.sent++
      return write(eventMessage(event))
    },
    async notice(message: streams.ReadResp): Promise<boolean> {
      const live = fault && 'live' in fault && fault.live
      if (over || (!live && struck())) return false
      return write(message)
    },
    end() {
      if (!over && !struck()) call.end()
    },
  }
}

type Sender = ReturnType<typeof senderOf>

async function serveRead(log: StandInLog, call: ReadCall, options: ReadOptions, sender: Sender) {
  const backwards = options.getReadDirection() === 1
  const count = Number(options.getCount())
  let events: readonly Recorded[]
  if (options.hasStream()) {
    const target = options.getStream()
    const stream = Buffer.from(target?.getStreamIdentifier()?.getStreamName_asU8() ?? []).toString('utf8')
    if (log.isTombstoned(stream)) return call.emit('error', streamDeleted(stream))
    const existing = log.stream(stream)
    if (!existing) {
      await sender.notice(notFoundMessage(stream))
      return sender.end()
    }
    const from = target?.hasRevision()
      ? Number(target.getRevision())
      : backwards
        ? Number.POSITIVE_INFINITY
        : 0
    events = existing.filter(({ revision }) => (backwards ? revision <= from : revision >= from))
  } else {
    const position = options.getAll()?.getPosition()
    const from = position ? BigInt(position.getCommitPosition()) : null
    events = log.all.filter(
      (event) => from === null || (backwards ? event.position < from : event.position >= from),
    )
  }
  const chosen = (backwards ? [...events].reverse() : events).slice(0, count)
  for (const event of chosen) if (!(await sender.event(event))) return
  sender.end()
}

async function serveSubscription(log: StandInLog, call: ReadCall, options: ReadOptions, sender: Sender) {
  const position = options.getAll()?.getPosition()
  const after = position ? BigInt(position.getCommitPosition()) : -1n
  const filter = options.getFilter()
  const window = Math.max(1, (filter?.getMax() ?? 32) * (filter?.getCheckpointintervalmultiplier() ?? 1))
  const wanted = filterOf(filter)
  let next = log.all.findIndex((event) => event.position > after)
  if (next === -1) next = log.all.length
  let considered = 0
  let live = false
  log.appended.on('appended', sender.wake)
  call.on('cancelled', () => log.appended.off('appended', sender.wake))
  if (!(await sender.notice(confirmationMessage()))) return
  while (!sender.over()) {
    const event = log.all[next]
    if (event === undefined) {
      if (!live && !(await sender.notice(caughtUpMessage()))) return
      live = true
      if (next < log.all.length) continue
      await sender.rest()
      continue
    }
    next++
    considered++
    if (wanted(event) && !(await sender.event(event))) return
    if (considered % window === 0 && !(await sender.notice(checkpointMessage(event.position)))) return
  }
}

function filterOf(filter: streams.ReadReq.Options.FilterOptions | undefined): (event: Recorded) => boolean {
  if (!filter) return () => true
  const byStream = filter.getStreamIdentifier()
  const expression = byStream ?? filter.getEventType()
  const prefixes = expression?.getPrefixList() ?? []
  const pattern = new RegExp(expression?.getRegex() ?? '')
  return (event) => {
    const text = byStream ? event.stream : event.type
    return prefixes.length > 0 ? prefixes.some((prefix) => text.startsWith(prefix)) : pattern.test(text)
  }
}

function writtenOf(message: streams.BatchAppendReq.ProposedMessage): Written {
  return {
    id: message.getId()?.getString() ?? '',
    type: message.getMetadataMap().get('type') ?? '',
    contentType: message.getMetadataMap().get('content-type') ?? '',
    data: message.getData_asU8(),
    metadata: message.getCustomMetadata_asU8(),
  }
}

function notLeader(leader: number): Partial<grpc.ServiceError> {
  const metadata = new grpc.Metadata()
  metadata.set('exception', 'not-leader')
  metadata.set('leader-endpoint-host', '127.0.0.1')
  metadata.set('leader-endpoint-port', String(leader))
  return { code: grpc.status.NOT_FOUND, details: 'Leader info available', metadata }
}

function streamDeleted(stream: string): Partial<grpc.ServiceError> {
  const metadata = new grpc.Metadata()
  metadata.set('exception', 'stream-deleted')
  metadata.set('stream-name', stream)
  return { code: grpc.status.FAILED_PRECONDITION, details: 'deleted', metadata }
}
