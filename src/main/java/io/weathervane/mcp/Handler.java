package io.weathervane.mcp;

import tools.jackson.databind.JsonNode;

/** Serves one method. */
@FunctionalInterface
interface Handler {
    /**
     * The result of the call, in its era's form.
     *
     * @throws io.weathervane.jsonrpc.JsonRpcException when the answer is an error
     * @throws io.weathervane.tool.InputNeededException when the client has to be asked first
     */
    JsonNode result(RunningCall call);
}
