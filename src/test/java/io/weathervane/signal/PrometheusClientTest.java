package io.weathervane.signal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What is no one number is unknown, with a reason, within the limit of time. */
@Timeout(30)
class PrometheusClientTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(300);

    private FakePrometheus prometheus;
    private final PrometheusClient client = new PrometheusClient();

    @BeforeEach
    void start() throws IOException {
        prometheus = new FakePrometheus();
    }

    @AfterEach
    void stop() {
        prometheus.close();
    }

    @ParameterizedTest
    @CsvSource({"0.25, 0.25", "-3, -3", "1e-9, 1e-9", "12345678, 12345678"})
    void readsAScalar(String text, double number) throws Exception {
        prometheus.answers(FakePrometheus.scalar(text));

        assertThat(ask(LIMIT).number()).hasValue(number);
    }

    @Test
    void readsAVectorOfOneElement() throws Exception {
        prometheus.answers(
                FakePrometheus.data(200, "vector", "[{\"metric\":{\"job\":\"a\"},\"value\":[1700000000,\"0.5\"]}]"));

        assertThat(ask(LIMIT).number()).hasValue(0.5);
    }

    @Test
    void asksTheApiForTheQueryAsItIs() throws Exception {
        String query = "sum(rate(errors_total{job=\"a b\"}[5m])) / 2 + 1 & x";

        client.ask(new PrometheusQuerySpec(URI.create(prometheus.url() + "/"), query), LIMIT);

        assertThat(prometheus.lastQuery()).isEqualTo("query=" + query);
    }

    @ParameterizedTest
    @MethodSource
    void whatIsNotOneNumberIsUnknown(FakePrometheus.Answer answer, String why) throws Exception {
        prometheus.answers(answer);

        PrometheusAnswer answered = ask(LIMIT);

        assertThat(answered.number()).isEmpty();
        assertThat(answered.detail()).contains(why);
    }

    static Stream<Arguments> whatIsNotOneNumberIsUnknown() {
        return Stream.of(
                arguments(FakePrometheus.scalar("NaN"), "the query's result is NaN"),
                arguments(FakePrometheus.scalar("+Inf"), "the query's result is +Inf"),
                arguments(FakePrometheus.scalar("-Inf"), "the query's result is -Inf"),
                arguments(FakePrometheus.scalar("Infinity"), "the query's result is Infinity"),
                arguments(FakePrometheus.scalar("lots"), "the query's result is lots"),
                arguments(FakePrometheus.data(200, "vector", "[]"), "the query has no result"),
                arguments(
                        FakePrometheus.data(200, "vector", "[{\"value\":[1,\"1\"]},{\"value\":[1,\"2\"]}]"),
                        "the query has 2 results instead of one"),
                arguments(FakePrometheus.data(200, "matrix", "[]"), "but matrix"),
                arguments(FakePrometheus.data(200, "string", "[1,\"5\"]"), "but string"),
                arguments(FakePrometheus.data(200, "scalar", "[1,5]"), "not JSON of Prometheus"),
                arguments(FakePrometheus.data(200, "scalar", "7"), "not JSON of Prometheus"),
                arguments(FakePrometheus.data(500, "scalar", "[1,\"5\"]"), "HTTP 500"),
                arguments(
                        FakePrometheus.text(
                                400, "{\"status\":\"error\",\"errorType\":\"bad_data\",\"error\":\"parse error\"}"),
                        "HTTP 400: parse error"),
                arguments(FakePrometheus.text(503, "<html>later</html>"), "HTTP 503"),
                arguments(FakePrometheus.text(302, ""), "HTTP 302"),
                arguments(FakePrometheus.text(200, "up"), "not JSON of Prometheus"),
                arguments(FakePrometheus.text(200, ""), "HTTP 200"),
                arguments(FakePrometheus.text(200, "[".repeat(100_000)), "not JSON of Prometheus"),
                arguments(FakePrometheus.tenMegabytes(), "more than 1048576 bytes"),
                arguments(FakePrometheus.goesAway(), "cannot be asked"));
    }

    @Test
    void oneThatHangsIsUnknownWithinTheLimit() throws Exception {
        prometheus.answers(FakePrometheus.hangs());
        assertThat(ask(SHORT).detail()).contains("no answer of 127.0.0.1 in 300 ms");

        prometheus.answers(FakePrometheus.hangsInTheMiddle());
        assertThat(ask(SHORT).detail()).contains("no answer of 127.0.0.1 in 300 ms");
    }

    @Test
    void oneThatIsNotThereIsUnknown() throws Exception {
        URI nobody = prometheus.url();
        prometheus.close();

        PrometheusAnswer answered = client.ask(new PrometheusQuerySpec(nobody, "up"), LIMIT);

        assertThat(answered.number()).isEmpty();
        assertThat(answered.detail()).contains("127.0.0.1 cannot be asked");
    }

    @Test
    void whatItSaysOfAnErrorIsOnOneLineAndBounded() throws Exception {
        prometheus.answers(FakePrometheus.text(
                422, "{\"status\":\"error\",\"error\":\"password=hunter22 \\u001b[31m\\n" + "x".repeat(5000) + "\"}"));

        assertThat(ask(LIMIT).detail())
                .doesNotContain("hunter22", "\n", "\u001b")
                .hasSizeLessThan(260);
    }

    private PrometheusAnswer ask(Duration limit) throws InterruptedException {
        return client.ask(new PrometheusQuerySpec(prometheus.url(), "up"), limit);
    }
}
