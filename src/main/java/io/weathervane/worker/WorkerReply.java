package io.weathervane.worker;

import tools.jackson.databind.node.ObjectNode;

/** What becomes of a {@link WorkerQuestion}. */
public sealed interface WorkerReply {
    /** The client's answer, in the form of the question's method. */
    record Answer(ObjectNode result) implements WorkerReply {}

    /** There is none; the worker gets the error. */
    record Refusal(int code, String message) implements WorkerReply {}

    /** It comes with a further request of the client: the call is parked until then. */
    record Later() implements WorkerReply {}
}
