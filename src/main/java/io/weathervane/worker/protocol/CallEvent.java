package io.weathervane.worker.protocol;

import tools.jackson.databind.node.ObjectNode;

/** Message of a worker in a call before its answer; the call's own thread takes it. */
sealed interface CallEvent {
    /** The params of {@code notifications/progress}. */
    record Progress(ObjectNode params) implements CallEvent {}

    /** The params of {@code notifications/message}. */
    record Message(ObjectNode params) implements CallEvent {}

    /** A notification of an extension of the worker's. */
    record Notice(String method, ObjectNode params) implements CallEvent {}

    /** A request of the worker's, to be shown to the client. */
    record Question(PendingInputRequest pendingInput) implements CallEvent {}

    /** A request of the worker's that it has taken back. */
    record Withdrawn(PendingInputRequest pendingInput) implements CallEvent {}
}
