import shared from '@eventstore/db-client/generated/shared_pb.js'
import status from '@eventstore/db-client/generated/status_pb.js'
import streams from '@eventstore/db-client/generated/streams_pb.js'
import any from 'google-protobuf/google/protobuf/any_pb.js'
import empty from 'google-protobuf/google/protobuf/empty_pb.js'
import type { Recorded, WriteOutcome } from './stand-in-log.test-kit.ts'

/** The protocol's messages, built from the client's own definitions. */

export function eventMessage(event: Recorded): streams.ReadResp {
  const record = new streams.ReadResp.ReadEvent.RecordedEvent()
  record.setId(new shared.UUID().setString(event.id))
  record.setStreamIdentifier(identifierOf(event.stream))
  record.setStreamRevision(String(event.revision))
  record.setCommitPosition(String(event.position)).setPreparePosition(String(event.position))
  record.getMetadataMap().set('type', event.type).set('content-type', event.contentType)
  // .NET ticks of 100 ns.
  record.getMetadataMap().set('created', String(BigInt(event.created.getTime()) * 10_000n))
  record.setData(event.data).setCustomMetadata(event.metadata)
  const read = new streams.ReadResp.ReadEvent().setEvent(record).setCommitPosition(String(event.position))
  return new streams.ReadResp().setEvent(read)
}

export function notFoundMessage(stream: string): streams.ReadResp {
  const notFound = new streams.ReadResp.StreamNotFound().setStreamIdentifier(identifierOf(stream))
  return new streams.ReadResp().setStreamNotFound(notFound)
}

export function confirmationMessage(): streams.ReadResp {
  const confirmation = new streams.ReadResp.SubscriptionConfirmation().setSubscriptionId('stand-in')
  return new streams.ReadResp().setConfirmation(confirmation)
}

export function caughtUpMessage(): streams.ReadResp {
  return new streams.ReadResp().setCaughtUp(new streams.ReadResp.CaughtUp())
}

export function checkpointMessage(position: bigint): streams.ReadResp {
  const checkpoint = new streams.ReadResp.Checkpoint()
  checkpoint.setCommitPosition(String(position)).setPreparePosition(String(position))
  return new streams.ReadResp().setCheckpoint(checkpoint)
}

/** The answer to an append. */
export function outcomeMessage(
  correlationId: shared.UUID,
  stream: string,
  outcome: WriteOutcome | { readonly kind: 'denied' },
): streams.BatchAppendResp {
  const answer = new streams.BatchAppendResp().setCorrelationId(correlationId)
  answer.setStreamIdentifier(identifierOf(stream))
  switch (outcome.kind) {
    case 'appended':
    case 'repeated': {
      const success = new streams.BatchAppendResp.Success().setCurrentRevision(String(outcome.revision))
      const position = new shared.AllStreamPosition()
      position.setCommitPosition(String(outcome.position)).setPreparePosition(String(outcome.position))
      if (outcome.kind === 'appended') success.setPosition(position)
      else success.setNoPosition(new empty.Empty())
      return answer.setSuccess(success)
    }
    case 'wrong-revision': {
      const details = new shared.WrongExpectedVersion()
      if (outcome.actual === -1) details.setCurrentNoStream(new empty.Empty())
      else details.setCurrentStreamRevision(String(outcome.actual))
      return answer.setError(problem('WrongExpectedVersion', details))
    }
    case 'tombstoned': {
      const details = new shared.StreamDeleted().setStreamIdentifier(identifierOf(stream))
      return answer.setError(problem('StreamDeleted', details))
    }
    case 'denied':
      return answer.setError(problem('AccessDenied', new shared.AccessDenied()))
  }
}

function problem(name: string, details: { serializeBinary(): Uint8Array }): status.Status {
  const packed = new any.Any()
  packed.pack(details.serializeBinary(), `event_store.client.${name}`)
  return new status.Status().setDetails(packed)
}

function identifierOf(stream: string): shared.StreamIdentifier {
  return new shared.StreamIdentifier().setStreamName(new TextEncoder().encode(stream))
}
