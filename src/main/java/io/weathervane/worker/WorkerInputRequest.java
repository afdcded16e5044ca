package io.weathervane.worker;

import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/**
 * What a worker wants to know from the client of a call: its user, its model, its host.
 *
 * @param key unique among the questions of one worker's process
 * @param method the request's as the worker sent it, such as {@code elicitation/create}
 * @param progress takes the params of the client's {@code notifications/progress} about it
 */
public record WorkerInputRequest(String key, String method, ObjectNode params, Consumer<ObjectNode> progress) {}
