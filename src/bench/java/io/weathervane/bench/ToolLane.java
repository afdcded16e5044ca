package io.weathervane.bench;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** One connection for tool calls that must not fail. */
final class ToolLane implements AutoCloseable {
    private final HttpLane lane;

    ToolLane(URI uri) throws IOException {
        lane = new HttpLane(uri);
        lane.handshake(Protocol.LEGACY);
    }

    /** How long the call took; throws when the tool said no. */
    long call(String tool, String arguments) throws IOException {
        byte[] request = lane.request(Protocol.LEGACY.call(tool, arguments), List.of());
        long begun = System.nanoTime();
        lane.exchange(request);
        long took = System.nanoTime() - begun;
        JsonNode answer = JsonRpcCodec.JSON.readTree(Arrays.copyOfRange(lane.bytes(), lane.bodyFrom(), lane.bodyEnd()));
        JsonNode result = answer.path("result");
        if (!result.isObject() || result.path("isError").asBoolean(false)) {
            throw new IllegalStateException(tool + " said " + answer);
        }
        return took;
    }

    @Override
    public void close() throws IOException {
        lane.close();
    }
}
