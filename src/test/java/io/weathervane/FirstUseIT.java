package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.ServerProcess;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the packaged program says to a person who has never used it. */
class FirstUseIT {
    @TempDir
    private Path folder;

    private record Ended(int exitCode, String out, String err) {}

    @Test
    void byItselfItListsItsCommands() throws Exception {
        Ended ended = run("", List.of());

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.out()).contains("Usage: weathervane", "serve", "run", "call", "upgrade", "rollback", "help");
        assertThat(ended.err()).isEmpty();
    }

    @Test
    void helpIsACommandToo() throws Exception {
        assertThat(run("", List.of("help")).out()).contains("Usage: weathervane", "upgrade");
        assertThat(run("", List.of("help", "upgrade")).out()).contains("Usage: weathervane upgrade", "--canary");
        assertThat(run("", List.of("help", "run")).out()).contains("Usage: weathervane run");
    }

    @Test
    void aCommandThatDoesNotExistIsRefusedWithTheNearest() throws Exception {
        Ended ended = run("", List.of("upgrad"));

        assertThat(ended.exitCode()).isEqualTo(2);
        assertThat(ended.err()).contains("upgrad").contains("upgrade");
    }

    @Test
    void runMakesItsWorkspaceAndServeNamesTheMissingOne() throws Exception {
        Path deep = folder.resolve("not").resolve("yet");
        List<String> run = List.of("run", "--workspace", deep.toString(), "--", "cat");

        assertThat(run("", List.of("serve", "--stdio", "--workspace", deep.toString()))
                        .err())
                .contains("does not exist");
        assertThat(run("", run).exitCode()).isZero();

        assertThat(deep.resolve("state").resolve("orchestrator.db")).exists();
    }

    @Test
    void onHttpStdoutIsTheAddressAndNothingElse() throws Exception {
        Process server = start(ServerProcess.serving(folder));
        try {
            BufferedReader lines = server.inputReader(StandardCharsets.UTF_8);

            assertThat(lines.readLine()).matches("http://127\\.0\\.0\\.1:[0-9]+/mcp");
            server.toHandle().destroy(); // Process.destroy would close the stream
            assertThat(lines.readLine()).isNull();
        } finally {
            server.destroy();
            assertThat(server.waitFor(60, TimeUnit.SECONDS)).isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n"})
    void theEndOfInputWhileTheWorkerStartsIsNoDefect(String typed) throws Exception {
        Ended ended = run(typed, List.of("run", "--workspace", folder.toString(), "--", "sh", "-c", "sleep 3"));

        assertThat(ended.exitCode()).isZero();
        assertThat(ended.err()).doesNotContain("Exception", "\tat ");
    }

    private Ended run(String typed, List<String> words) throws Exception {
        Process program = start(ServerProcess.weathervane(words.toArray(String[]::new)));
        program.getOutputStream().write(typed.getBytes(StandardCharsets.UTF_8));
        program.getOutputStream().close();
        String out = all(program.getInputStream());
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(program.exitValue(), out, Files.readString(folder.resolveSibling(name())));
    }

    private Process start(List<String> command) throws IOException {
        return new ProcessBuilder(new ArrayList<>(command))
                .redirectError(folder.resolveSibling(name()).toFile())
                .start();
    }

    private String name() {
        return folder.getFileName() + ".err";
    }

    private static String all(InputStream stream) throws IOException {
        return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
    }
}
