package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code eval "$(weathervane shell-init SHELL)"} in each of the shells that this machine has; bash is one of them. */
class ShellInitIT {
    private static final String LAUNCHER =
            Path.of("scripts", "weathervane").toAbsolutePath().toString();

    @TempDir
    private Path folder;

    private record Ended(int exitCode, String out) {}

    static Stream<String> shells() {
        return Stream.of("bash", "zsh", "fish").filter(ShellInitIT::isInstalled);
    }

    @BeforeEach
    void putARealClaudeOnThePath() throws IOException {
        Path claude = Files.createDirectories(folder.resolve("bin")).resolve("claude");
        Files.writeString(claude, "#!/bin/sh\necho \"the real claude: $*\"\n");
        assertThat(claude.toFile().setExecutable(true)).isTrue();
    }

    @Test
    void theRunbooksLineReachesTheServerAndAllElseTheRealClaude() throws Exception {
        Path workspace = Files.createDirectories(folder.resolve("work space"));
        Files.createDirectories(folder.resolve("elsewhere"));
        String lines = "claude mcp call mcp_admin_flags set --flags '{\"DISABLE_NEW\": \"1\"}'"
                + " && echo it ended well\ncd ../elsewhere\nclaude mcp list\nclaude\nclaude mcp call mcp_admin_flags get";
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            for (String shell : shells().toList()) {
                Ended ended = run(shell, workspace, lines);

                assertThat(ended.out())
                        .as(shell)
                        .containsSubsequence(
                                "DISABLE_NEW: 0 -> 1",
                                "\nit ended well\nthe real claude: mcp list\nthe real claude: \n");
                assertThat(ended.exitCode())
                        .as("the exit code of an unreachable server, in %s", shell)
                        .isEqualTo(3);
                assertThat(server.health().path("killSwitch").asString(""))
                        .as(shell)
                        .isEqualTo("engaged");
                server.operate("mcp_admin_flags", "{\"action\": \"set\", \"flags\": {\"DISABLE_NEW\": \"0\"}}");
            }
        }
    }

    @Test
    void bashCompletesCommandsToolsOptionsAndValues() throws Exception {
        Map<String, String> completions = new LinkedHashMap<>();
        completions.put("weathervane ro", "rollback");
        completions.put("weathervane call mcp_", "mcp_admin_flags");
        completions.put("weathervane call mcp_admin_flags s", "set");
        completions.put("weathervane call worker_promote --dry", "--dry-run");
        completions.put("weathervane call audit_query --decision esc", "escalate");
        completions.put("weathervane call audit_query --jso", "--json");
        completions.put("weathervane serve --read", "--read-only");
        completions.put("weathervane help up", "upgrade");

        String script = completions.keySet().stream()
                .map(typed -> "COMP_WORDS=(" + typed + "); COMP_CWORD=" + (typed.split(" ", -1).length - 1)
                        + "; _weathervane; echo \"${COMPREPLY[@]}\"")
                .collect(Collectors.joining("\n"));

        assertThat(run("bash", folder, script).out().lines()).containsExactlyElementsOf(completions.values());
    }

    @ParameterizedTest
    @MethodSource("shells")
    void everyShellKnowsTheValuesOfAToolsOption(String shell) throws Exception {
        String typed = shell.equals("fish")
                ? "complete -C 'weathervane call audit_query --decision '"
                : "_weathervane_words call audit_query --decision";

        assertThat(run(shell, folder, typed).out().split("\\s+"))
                .contains("healthy", "degrade", "escalate", "rollback")
                .doesNotContain("--decision");
    }

    @Test
    void namesTheShellsThatThereAre() throws Exception {
        Process process = new ProcessBuilder(ServerProcess.weathervane("shell-init", "tcsh"))
                .redirectErrorStream(true)
                .start();

        assertThat(text(process)).contains("there is nothing for the shell 'tcsh'; there is for bash, zsh, fish");
        assertThat(process.waitFor()).isEqualTo(2);
    }

    private Ended run(String shell, Path directory, String line) throws Exception {
        String script = "eval \"$('" + LAUNCHER + "' shell-init " + shell + ")\"\n" + line + "\n";
        ProcessBuilder program = new ProcessBuilder(shell, "-c", script).directory(directory.toFile());
        program.environment().merge("PATH", folder.resolve("bin").toString(), (path, bin) -> bin + ":" + path);
        program.environment().put("HOME", folder.toString());
        Process process = program.redirectErrorStream(true).start();
        String out = text(process);
        return new Ended(process.exitValue(), out);
    }

    private static String text(Process process) throws IOException, InterruptedException {
        String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return text;
    }

    private static boolean isInstalled(String shell) {
        return Stream.of(System.getenv("PATH").split(":"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, shell)));
    }
}
