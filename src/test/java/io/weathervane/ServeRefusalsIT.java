package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.weathervane.testing.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What {@code serve} will not start with: one sentence that says what to do, and nothing on stdout. */
class ServeRefusalsIT {
    private static final int REFUSED = 1;
    private static final int USAGE = 2;

    @TempDir
    private Path folder;

    private Path workspace;

    private record Ended(int exitCode, String out, String err) {}

    @BeforeEach
    void makeWorkspace() throws IOException {
        workspace = Files.createDirectory(folder.resolve("workspace"));
    }

    static Stream<Arguments> badConfigurations() {
        return Stream.of(
                arguments("monitr: {mode: act}", "monitr is not a known key; did you mean monitor?"),
                arguments("server: {port: often}", "server.port must be a whole number from 0 to 65535, was \"often\""),
                arguments("monitor: {errorRateThreshold: 1.5}", "must be a number above 0 and at most 1"),
                arguments("monitor: {checkInterval: 0s}", "monitor.checkInterval must be from"),
                arguments("monitor: [", "is not YAML that can be read"));
    }

    @ParameterizedTest
    @MethodSource("badConfigurations")
    void aConfigurationThatCannotBeMeant(String yaml, String sentence) throws Exception {
        Path file = Files.writeString(workspace.resolve("weathervane.yaml"), yaml);

        Ended ended = serve("--workspace", workspace.toString());

        assertRefused(ended, USAGE, sentence);
        assertThat(ended.err()).contains(file.getFileName().toString());
        assertThat(workspace.resolve("state/orchestrator.db")).doesNotExist();
    }

    @Test
    void aConfigurationOrWorkspaceThatIsNotThere() throws Exception {
        String missing = folder.resolve("missing").toString();
        String file = Files.createFile(folder.resolve("file")).toString();

        assertRefused(
                serve("--workspace", workspace.toString(), "--config", missing),
                USAGE,
                missing + " (--config) does not exist");
        assertRefused(serve("--workspace", missing), USAGE, missing + " (--workspace) does not exist");
        assertRefused(serve("--workspace", file), USAGE, "is not a folder");
    }

    @Test
    void anAddressThatItMayNotOrCannotTake() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            String port = Integer.toString(taken.getLocalPort());

            assertRefused(
                    serve("--workspace", workspace.toString(), "--port", port),
                    REFUSED,
                    port + ": another program does already");
        }
        assertRefused(
                serve("--workspace", workspace.toString(), "--host", "0.0.0.0"),
                REFUSED,
                "server.auth.tokens.file",
                "weathervane token create");
    }

    @Test
    void aSecondHttpServerNamingTheFirst() throws Exception {
        try (ServerProcess first = ServerProcess.serve(workspace)) {
            Ended second = serve("--workspace", workspace.toString(), "--port", "0");

            assertRefused(
                    second,
                    REFUSED,
                    "process " + first.handle().pid(),
                    first.uri().toString(),
                    "--workspace");
            assertThat(first.health().path("status").asString("")).isEqualTo("ok");
        }
    }

    @Test
    void aDatabaseThatIsNone() throws Exception {
        Path file = Files.createDirectory(workspace.resolve("state")).resolve("orchestrator.db");
        String garbage = "this is no database at all\n".repeat(400);
        Files.writeString(file, garbage);

        assertRefused(serve("--workspace", workspace.toString(), "--port", "0"), REFUSED, file + " is damaged or not");

        assertThat(file).hasContent(garbage);
    }

    private static void assertRefused(Ended ended, int exitCode, String... words) {
        assertThat(ended.err()).contains(words).startsWith("weathervane: ").hasLineCount(1);
        assertThat(ended.exitCode()).as(ended.err()).isEqualTo(exitCode);
        assertThat(ended.out()).isEmpty();
    }

    private Ended serve(String... arguments) throws IOException, InterruptedException {
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        List<String> command = ServerProcess.weathervane("serve");
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
        } finally {
            process.destroyForcibly();
        }
        return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    }
}
