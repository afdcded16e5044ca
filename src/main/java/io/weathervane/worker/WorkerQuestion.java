package io.weathervane.worker;

import tools.jackson.databind.node.ObjectNode;

/**
 * What a worker wants to know from the client of a call: its user, its model, its host.
 *
 * @param key unique among the questions of one worker's process
 * @param method the request's as the worker sent it, such as {@code elicitation/create}
 * @param withdrawal says when the worker no longer waits for the answer
 */
public record WorkerQuestion(String key, String method, ObjectNode params, Withdrawal withdrawal) {}
