package io.weathervane.mcp;

import tools.jackson.databind.JsonNode;

/** Serves one method. */
@FunctionalInterface
public interface MethodHandler {
    /**
     * The result of the call, in its generation's form.
     *
     * @throws io.weathervane.jsonrpc.JsonRpcException when the answer is an error
     * @throws io.weathervane.jsonrpc.InputRequiredException when the client has to be asked first
     */
    JsonNode result(RunningCall call);
}
