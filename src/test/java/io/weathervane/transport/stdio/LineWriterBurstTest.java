package io.weathervane.transport.stdio;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import io.weathervane.mcp.CallLimits;
import io.weathervane.mcp.McpDispatcher;
import io.weathervane.mcp.McpServices;
import io.weathervane.mcp.ServerInfo;
import io.weathervane.testing.ScriptedTools;
import io.weathervane.testing.TestDispatchers;
import io.weathervane.tool.Caller;
import io.weathervane.util.Ticker;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** What is answered at once is written together, and never later than the reader has to wait. */
class LineWriterBurstTest {
    /** What the session wrote between two of its reads: each write, as the ids of the answers in it. */
    private final List<List<String>> rounds = new ArrayList<>();

    @Test
    void answersABurstWithOneWriteBeforeItReadsOn() {
        run(glance("1") + glance("2") + glance("3"), glance("4"));

        assertThat(rounds).containsExactly(List.of(), List.of("1 2 3"), List.of("4"));
    }

    @Test
    void holdsNoAnswerBackForALineThatIsNotHereWhole() {
        String next = glance("2");

        run(glance("1") + next.substring(0, 20), next.substring(20));

        assertThat(rounds).containsExactly(List.of(), List.of("1"), List.of("2"));
    }

    @Test
    void writesWhatIsHeldNoLaterThanAnythingThatIsNotAnsweredAtOnce() {
        run(glance("1") + ping("2") + glance("3") + "nonsense\n" + glance("4"));

        assertThat(rounds).containsExactly(List.of(), List.of("1", "2", "3 null", "4"));
    }

    @Test
    void writesALongBurstInSeveralPieces() {
        run(IntStream.range(0, 500)
                .mapToObj(number -> glance(Integer.toString(number)))
                .collect(Collectors.joining()));

        List<String> writes = rounds.get(1);
        assertThat(writes.size()).isBetween(2, 4);
        assertThat(String.join(" ", writes))
                .isEqualTo(IntStream.range(0, 500).mapToObj(Integer::toString).collect(Collectors.joining(" ")));
    }

    @Test
    void answersAtOnceAlsoWhenEveryTurnIsTaken() throws Exception {
        try (LineClient crowded = new LineClient(new CallLimits(1, Duration.ofMillis(10), Duration.ofMinutes(1)))) {
            crowded.send("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"wait\"}}");
            crowded.tools.waiting.acquire();

            JsonNode seen = crowded.ask(glance("2").strip());
            JsonNode refused = crowded.ask(glance("1").strip());
            crowded.tools.release.release();

            assertThat(seen.at("/result/content/0/text").asString("")).isEqualTo("seen");
            assertThat(refused.at("/error/message").asString(""))
                    .endsWith("a request with the id 1 is running already");
            assertThat(crowded.receive().at("/id").asInt()).isEqualTo(1);
        }
    }

    /** Runs a session on input that comes with one read each, on the test's own thread. */
    private void run(String... reads) {
        ServerInfo info = new ServerInfo("test", "Test server", "0", "Use the tools.");
        try (McpDispatcher dispatcher = TestDispatchers.of(
                McpServices.of(info, new ScriptedTools().registry()), CallLimits.defaults(), Ticker.system())) {
            new LineSession(
                            TestDispatchers.lines(dispatcher),
                            input(reads),
                            output(),
                            new Caller("ada", Caller.Transport.STDIO))
                    .run();
        }
    }

    private InputStream input(String... reads) {
        return new InputStream() {
            private int next;

            @Override
            public int read() {
                throw new AssertionError("reads in pieces only");
            }

            @Override
            public int read(byte[] target, int offset, int length) {
                if (next == reads.length) {
                    return -1;
                }
                rounds.add(new ArrayList<>());
                byte[] bytes = reads[next++].getBytes(StandardCharsets.UTF_8);
                System.arraycopy(bytes, 0, target, offset, bytes.length);
                return bytes.length;
            }
        };
    }

    private OutputStream output() {
        rounds.add(new ArrayList<>());
        return new OutputStream() {
            @Override
            public void write(int one) {
                throw new AssertionError("writes in pieces only");
            }

            @Override
            public void write(byte[] bytes, int offset, int length) {
                String lines = new String(bytes, offset, length, StandardCharsets.UTF_8);
                rounds.get(rounds.size() - 1)
                        .add(Arrays.stream(lines.split("\n"))
                                .map(line -> JsonRpcCodec.JSON
                                        .readTree(line)
                                        .get("id")
                                        .asString("null"))
                                .collect(Collectors.joining(" ")));
            }
        };
    }

    private static String glance(String id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id
                + ",\"method\":\"tools/call\",\"params\":{\"name\":\"glance\",\"arguments\":{}}}\n";
    }

    private static String ping(String id) {
        return "{\"jsonrpc\":\"2.0\",\"id\":" + id + ",\"method\":\"ping\"}\n";
    }
}
