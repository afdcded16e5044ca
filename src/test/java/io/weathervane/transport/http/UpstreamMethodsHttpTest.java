package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.ErrorCode;
import io.weathervane.jsonrpc.JsonRpcException;
import io.weathervane.mcp.UpstreamExtensionMethods;
import io.weathervane.tool.CallChannel;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

/** A server behind this one with an extension is asked for methods that MCP does not name; it has {@code ext/known}. */
class UpstreamMethodsHttpTest {
    @Test
    void aMethodThatItLacksEitherIsNotFoundAsWithoutIt() throws Exception {
        try (HttpFixture http = new HttpFixture(behind())) {
            HttpResponse<String> unknown = asked(http, "ext/unknown");

            assertThat(unknown.statusCode()).isEqualTo(404);
            assertThat(unknown.body()).contains("\"code\":-32601");
        }
    }

    private static HttpResponse<String> asked(HttpFixture http, String method) throws Exception {
        String body =
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"" + method + "\",\"params\":{" + HttpFixture.META + "}}";
        return http.modern(method, body);
    }

    private static UpstreamExtensionMethods behind() {
        return new UpstreamExtensionMethods() {
            @Override
            public boolean areOffered() {
                return true;
            }

            @Override
            public ObjectNode request(String method, ObjectNode params, CallChannel channel) {
                throw new JsonRpcException(ErrorCode.METHOD_NOT_FOUND, "Method not found: " + method);
            }

            @Override
            public void notified(String method, ObjectNode params) {}
        };
    }
}
