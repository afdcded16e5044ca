package io.weathervane.transport.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcMessage;
import io.weathervane.jsonrpc.RequestId;
import io.weathervane.testing.ScriptedTools;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceHeaderMapperTest {
    private static final String PARENT = "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01";

    @Test
    void bringsTheTraceOfTheHeadersIntoTheMessage() {
        assertThat(meta("{}", "traceparent", PARENT, "tracestate", "a=1", "tracestate", "b=2", "baggage", "user=ann"))
                .isEqualTo("{\"traceparent\":\"" + PARENT + "\",\"tracestate\":\"a=1,b=2\",\"baggage\":\"user=ann\"}");
    }

    @Test
    void keepsWhatTheMessageSaysItself() {
        String own = "{\"_meta\":{\"traceparent\":\"mine\",\"baggage\":\"mine\"}}";

        assertThat(meta(own, "traceparent", PARENT, "tracestate", "a=1", "baggage", "user=ann"))
                .isEqualTo("{\"traceparent\":\"mine\",\"baggage\":\"mine\"}");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "ff-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01",
                "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
                "00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01",
                "00-0AF7651916CD43DD8448EB211C80319C-00f067aa0ba902b7-01",
                "00-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-more"
            })
    void dropsATraceThatIsMalformedAndItsStateWithIt(String parent) {
        assertThat(meta("{}", "traceparent", parent, "tracestate", "a=1")).isEqualTo("{}");
    }

    @Test
    void takesTheTraceOfALaterVersion() {
        String later = "01-0af7651916cd43dd8448eb211c80319c-00f067aa0ba902b7-01-more";

        assertThat(meta("{}", "traceparent", later)).contains(later);
    }

    @Test
    void dropsWhatIsTooLong() {
        assertThat(meta("{}", "traceparent", PARENT, "tracestate", "a=" + "x".repeat(600), "baggage", "b".repeat(9000)))
                .isEqualTo("{\"traceparent\":\"" + PARENT + "\"}");
    }

    @Test
    void leavesAMessageAloneThatHasNoTraceOrNoPlaceForIt() {
        assertThat(meta("{}")).isEmpty();
        assertThat(meta("{\"_meta\":7}", "traceparent", PARENT)).isEqualTo("7");
    }

    @Test
    void reachesTheToolOverHttp() throws Exception {
        try (StreamsFixture http = new StreamsFixture()) {
            String answer = http.post(StreamsFixture.calling(1, "meta"), "traceparent", PARENT)
                    .body();

            assertThat(answer).contains(PARENT);
        }
    }

    private static String meta(String params, String... headers) {
        HttpFields.Mutable fields = HttpFields.build();
        for (int i = 0; i < headers.length; i += 2) {
            fields.add(headers[i], headers[i + 1]);
        }
        JsonRpcMessage.Request request =
                new JsonRpcMessage.Request(RequestId.of(1), "tools/call", ScriptedTools.json(params));
        TraceHeaderMapper.addTo(request, fields);
        return request.params().path("_meta").toString();
    }
}
