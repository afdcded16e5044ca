package io.weathervane.worker;

import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * Request of a worker to the client of a call: to its user, its model or its host.
 *
 * @param key unique among the questions of one worker's process
 * @param method the request's as the worker sent it, such as {@code elicitation/create}
 * @param progress takes the params of the client's {@code notifications/progress} about it
 */
public record WorkerInputRequest(String key, String method, ObjectNode params, Consumer<ObjectNode> progress) {}
