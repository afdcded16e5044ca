package io.weathervane.worker.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.testing.Await;
import io.weathervane.worker.CallTotals;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.JsonRpcToolConfig;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.SampleReleases;
import io.weathervane.worker.TestWorkers;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerCallContext;
import io.weathervane.worker.WorkerCallException;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.routing.Worker;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

/** What a worker writes to its stdout beside good answers, and which worker it is charged to. */
class WorkerLinesTest {
    private static final String TWO_TOOLS = "{\"name\":\"slow\"},{\"name\":\"echo\"}";

    /** As much as is kept of one message here: 64 KiB. */
    private static final int MESSAGE_BYTES = 64 * 1024;

    /** A call of slow is answered with the next call, after that; all other calls say hello. */
    private static final String SLOW_WITH_THE_NEXT = """
        case "$line" in *'"slow"'*) slow=$id; continue ;; esac
        BEFORE
        answer '"result":{"content":[{"type":"text","text":"hello"}]}'
        id=$slow; answer '"result":{"content":[{"type":"text","text":"slow"}]}'
        """;

    private final List<Worker> started = new ArrayList<>();

    @AfterEach
    void endWorkers() {
        started.forEach(worker -> worker.dispose(Duration.ofMillis(100), Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "charging card",
                "",
                "   ",
                "{\"level\":\"info\",\"id\":2,\"msg\":\"charged\"}",
                "{\"id\":3,\"result\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":3,\"method\":\"sampling/createMessage\",\"params\":[1]}",
                "{\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32700,\"message\":\"Parse error\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":99,\"result\":",
                "[1,2,3]",
                "42",
                "\"text\""
            })
    void aLineThatIsNoMessageIsChargedToNoCall(String noise) {
        Worker worker = start(SampleReleases.quick("chatty", TWO_TOOLS, slowWithTheNext("echo '" + noise + "'")));

        assertBothAnswered(worker);
    }

    @Test
    void aLongLineOfTalkIsChargedToNoCall() {
        Worker worker = start(SampleReleases.quick(
                "wordy", TWO_TOOLS, slowWithTheNext("head -c 200000 /dev/zero | tr '\\0' x; echo")));

        assertBothAnswered(worker);
    }

    @Test
    void aBannerHidesNoTools() {
        String quick = SampleReleases.quick("banner").command().get(2);
        Worker worker = start(SampleReleases.shell(
                "banner", "echo 'MCP server started on stdio'; echo; echo '{\"version\":\"1\"}'; " + quick));

        assertThat(worker.session().tools()).hasSize(1);
        assertThat(call(worker, "echo")).contains("hello");
    }

    @Test
    void thePlainWorkersTalkIsChargedToNoCallEither() {
        WorkerRelease plain = new WorkerRelease(
                "plain",
                WorkerProtocol.JSON_RPC,
                LaunchSpec.of(List.of("sh", "-c", """
                    echo 'listening'
                    while read -r line; do
                      id=${line#*'"id":'}; id=${id%%,*}
                      echo "working on $id"
                      printf '{"jsonrpc":"2.0","id":%s,"result":{"status":"ok"}}\\n' "$id"
                    done
                    """)),
                new HealthProbeSpec("health", Duration.ofSeconds(5), Duration.ofMillis(50)),
                Duration.ofSeconds(20),
                List.of(new JsonRpcToolConfig("say", "Says it.", SampleReleases.object(), "say")));

        Worker worker = start(plain);

        assertThat(call(worker, "say")).contains("ok");
        assertThat(worker.tally().now()).isEqualTo(new CallTotals(1, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"id\":%s,\"result\":{\"x\":\"", "\"result\":{\"id\":77,\"x\":\""})
    void anAnswerThatIsTooLongFailsTheCallItBelongsTo(String start) {
        boolean idFirst = start.startsWith("\"id\"");
        String print = "printf '{\"jsonrpc\":\"2.0\"," + start + "' " + (idFirst ? "\"$id\"" : "")
                + "; head -c 200000 /dev/zero | tr '\\0' y; "
                + (idFirst ? "echo '\"}}'" : "printf '\"},\"id\":%s}\\n' \"$id\"");
        Worker worker = start(SampleReleases.quick("huge", TWO_TOOLS, """
            case "$line" in *'"slow"'*) slow=$id; continue ;; esac
            PRINT
            id=$slow; answer '"result":{"content":[{"type":"text","text":"slow"}]}'
            """.replace("PRINT", print)));
        CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> call(worker, "slow"));
        awaitPending(worker);

        WorkerCallException failure = failureOf(worker, "echo");

        assertThat(failure.kind()).isEqualTo(WorkerCallException.Kind.MALFORMED);
        assertThat(failure).hasMessageContaining("more than 65536 (workers.messageBytes)");
        assertThat(slow.join()).contains("slow");
    }

    @Test
    void anAnswerThatIsTooDeepFailsTheCallItBelongsToAndOneOfAThousandLevelsDoesNot() {
        String deep =
                "printf '{\"jsonrpc\":\"2.0\",\"result\":{\"content\":[],\"x\":'; nest() { head -c $1 /dev/zero | tr"
                        + " '\\0' \"$2\"; }; nest $n [; nest $n ]; printf '},\"id\":%s}\\n' \"$id\"";
        Worker worker = start(SampleReleases.quick("deep", TWO_TOOLS, """
            n=1000; case "$line" in *'"slow"'*) n=2000 ;; esac
            DEEP
            """.replace("DEEP", deep)));

        WorkerCallException failure = failureOf(worker, "slow");

        assertThat(failure.kind()).isEqualTo(WorkerCallException.Kind.MALFORMED);
        assertThat(failure).hasMessageContaining("nesting depth");
        assertThat(call(worker, "echo")).contains("[".repeat(1000));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":\"%s\",\"result\":{\"content\":[],\"x\":\"hello\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":%s.0,\"result\":{\"content\":[],\"x\":\"hello\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[],\"x\":\"hello\"},\"error\":null}",
                "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[],\"x\":1,\"x\":\"hello\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[],\"n\":[NaN,-Infinity],\"x\":\"hello\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[],\"b\":\"\\377\",\"x\":\"hello\"}}",
                "[{\"jsonrpc\":\"2.0\",\"method\":\"notifications/x\"},"
                        + "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[],\"x\":\"hello\"}}]",
                "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[],\"\\\\uD800\":1,\"n\":NaN,\"x\":\"hello\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"x\":\"hello\"}}",
                "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":null,\"x\":\"hello\"}}"
            })
    void whatEitherSdkTakesIsAnAnswer(String answer) {
        Worker worker = start(SampleReleases.quick("loose", TWO_TOOLS, "printf '" + answer + "\\n' \"$id\""));

        assertThat(call(worker, "echo"))
                .contains("hello")
                .contains("\"content\":[]")
                .doesNotContain("NaN");
        assertThat(worker.tally().now()).isEqualTo(new CallTotals(1, 0, 0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\357\\273\\277%s\\n", "%s\\r\\n", "  \\t%s \\t \\n", "\\n\\r\\n   \\n\\t\\n%s\\n\\n"})
    void anAnswerIsReadWhateverIsAroundIt(String around) {
        String answer = "{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[],\"x\":\"hello\"}}";
        Worker worker = start(
                SampleReleases.quick("framed", TWO_TOOLS, "printf '" + around.replace("%s", answer) + "' \"$id\""));

        assertThat(call(worker, "echo")).contains("hello");
        assertThat(call(worker, "slow")).contains("hello");
    }

    @Test
    void aCharacterMayComeInSeveralWrites() {
        Worker worker = start(SampleReleases.quick("split", TWO_TOOLS, """
            printf '{"jsonrpc":"2.0","id":%s,"result":{"content":[],"x":"gr\\303' "$id"; sleep 0.02
            printf '\\274\\303'; sleep 0.02; printf '\\237 \\360\\237'; sleep 0.02; printf '\\214\\246"}}\\n'
            """));

        assertThat(call(worker, "echo")).contains("\"gr\u00fc\u00df \ud83c\udf26\"");
    }

    @Test
    void aLastAnswerNeedsNoNewline() {
        Worker worker = start(SampleReleases.quick(
                "last",
                TWO_TOOLS,
                "printf '{\"jsonrpc\":\"2.0\",\"id\":%s,\"result\":{\"content\":[],\"x\":\"hello\"}}' \"$id\";"
                        + " exit 0"));

        assertThat(call(worker, "echo")).contains("hello");
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"-32050\"", "-32050.0", "-32050"})
    void anErrorsCodeMayBeSpeltInManyWays(String code) {
        Worker worker = start(SampleReleases.quick(
                "failing",
                TWO_TOOLS,
                "answer '\"result\":null,\"error\":{\"code\":" + code + ",\"message\":\"no\",\"data\":[1]}'"));

        WorkerCallException failure = failureOf(worker, "echo");

        assertThat(failure.kind()).isEqualTo(WorkerCallException.Kind.RPC_ERROR);
        assertThat(failure.code()).isEqualTo(-32050);
        assertThat(failure).hasMessage("no");
        assertThat(failure.data()).hasToString("[1]");
    }

    @Test
    void aBrokenAnswerFailsTheCallItNames() {
        Worker worker = start(SampleReleases.quick("broken", TWO_TOOLS, slowWithTheNext("""
            printf '{"jsonrpc":"2.0","id":%s}\\n' "$id"; id=0
            """)));
        CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> call(worker, "slow"));
        awaitPending(worker);

        assertThat(failureOf(worker, "echo").kind()).isEqualTo(WorkerCallException.Kind.MALFORMED);
        assertThat(slow.join()).contains("slow");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "\"jsonrpc\":\"1.0\","})
    void theTimeoutOfACallWhoseAnswerIsOfNoVersionSaysSo(String version) {
        String answer = "printf '{" + version + "\"id\":%s,\"result\":{\"content\":[]}}\\n' \"$id\"; echo 'talks on'";
        Worker worker = start(SampleReleases.withCallTimeout(
                SampleReleases.quick("unversioned", TWO_TOOLS, answer), Duration.ofMillis(1500)));

        WorkerCallException failure = failureOf(worker, "echo");

        assertThat(failure.kind()).isEqualTo(WorkerCallException.Kind.TIMEOUT);
        assertThat(failure)
                .hasMessageContaining("but sent what is no valid answer: Invalid request: \"jsonrpc\" must be \"2.0\"");
    }

    private void assertBothAnswered(Worker worker) {
        CompletableFuture<String> slow = CompletableFuture.supplyAsync(() -> call(worker, "slow"));
        awaitPending(worker);

        assertThat(call(worker, "echo")).contains("hello");
        assertThat(slow.join()).contains("slow");
        assertThat(worker.tally().now()).isEqualTo(new CallTotals(2, 0, 0));
    }

    private static String slowWithTheNext(String before) {
        return SLOW_WITH_THE_NEXT.replace("BEFORE", before);
    }

    private static void awaitPending(Worker worker) {
        Await.until("the slow call is on its way", () -> worker.waitingCalls() == 1);
    }

    private Worker start(WorkerRelease release) {
        return Worker.start(
                release,
                TestWorkers.mark(),
                Duration.ofSeconds(20),
                0,
                TestWorkers.dependencies(new WorkerPolicy(
                        ToolErrorPolicy.RELATIVE,
                        TestWorkers.OPTIONS.timeouts(),
                        TestWorkers.NO_RESTART,
                        MESSAGE_BYTES)),
                started::add);
    }

    private static String call(Worker worker, String tool) {
        ObjectNode result =
                worker.call(tool, SampleReleases.text("hello"), WorkerCallContext.none(), ToolErrorPolicy.RELATIVE);
        return JsonRpcCodec.text(result);
    }

    private static WorkerCallException failureOf(Worker worker, String tool) {
        return catchThrowableOfType(WorkerCallException.class, () -> call(worker, tool));
    }
}
