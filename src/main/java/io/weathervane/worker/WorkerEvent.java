package io.weathervane.worker;

import io.weathervane.jsonrpc.RequestId;
import tools.jackson.databind.node.ObjectNode;

/** What a worker says in a call before its answer; taken by the call's own thread. */
sealed interface WorkerEvent {
    /** The params of {@code notifications/progress}. */
    record Progress(ObjectNode params) implements WorkerEvent {}

    /** The params of {@code notifications/message}. */
    record Message(ObjectNode params) implements WorkerEvent {}

    /**
     * A request of the worker's.
     *
     * @param id what it is answered by
     */
    record Question(RequestId id, WorkerQuestion question) implements WorkerEvent {}
}
