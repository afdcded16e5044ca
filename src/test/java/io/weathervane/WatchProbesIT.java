package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.ServerProcess;
import io.weathervane.testing.ShellWorker;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Upgrades of a server without callers, by the packaged program: the probes of the watch are all that there is. */
class WatchProbesIT {
    private static final String CONFIG = """
        monitor: {checkInterval: 100ms, gracePeriod: 3s, minRequests: 5}
        upgrade:
          probes: [{tool: look, arguments: {city: Bern, token: tok-123456}}]
          probeInterval: 100ms
        workers:
          initial: stable
          releases:
            stable: {kind: mcp, command: [sh, worker.sh, well]}
        """;

    /** Turns bad when it is started for real calls. */
    private static final String BAD = "sh bad.sh";

    @TempDir
    private Path workspace;

    private record Ended(int exitCode, String out) {}

    @Test
    void aReleaseThatAnswersTheProbesIsVerifiedAndOneThatFailsThemIsRolledBack() throws Exception {
        Files.writeString(workspace.resolve("weathervane.yaml"), CONFIG);
        Files.writeString(
                workspace.resolve("bad.sh"), "[ -n \"$WVO_DRY_RUN\" ] || touch bad\nexec sh worker.sh late\n");
        ShellWorker.write(workspace);
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            Ended told = run("call", "upgrade_run", "--canary", ShellWorker.command("well"), "--id", "v2", "--dry-run");
            assertThat(told.out())
                    .contains(
                            "probes during the watch: look {\"city\":\"Bern\"",
                            "each every 0.1 s: about 27 calls count in 3.0 s",
                            "up to 7 may be lost")
                    .doesNotContain("tok-123456");

            Ended good = run("upgrade", "--canary", ShellWorker.command("well"), "--id", "v2", "--promote");

            assertThat(good.exitCode()).as(good.out()).isZero();
            assertThat(good.out())
                    .contains(
                            "Upgrade v2: finished",
                            "is healthy: in the whole watch 0 of ",
                            "(callers' 0 of 0, probes 0 of ")
                    .doesNotContain("unverified", "is healthy: inconclusive");
            JsonNode seen = server.operate("monitor_status", "{}");
            assertThat(seen.at("/calls/callers/calls").asLong(-1)).isZero();
            assertThat(seen.at("/calls/probes/calls").asLong(0)).isGreaterThanOrEqualTo(20);
            assertThat(server.operate("upgrade_status", "{}").path("verified").asBoolean(false))
                    .isTrue();

            Ended bad = run("upgrade", "--canary", BAD, "--id", "v3", "--promote");

            assertThat(bad.exitCode()).as(bad.out()).isEqualTo(1);
            assertThat(bad.out()).contains("Upgrade v3: rolled-back", "v3 was rolled back to v2: High error rate");
            assertThat(server.operate("worker_status", "{}").at("/active/label").asString(""))
                    .isEqualTo("v2");
            assertThat(server.operate("monitor_status", "{}")
                            .at("/calls/probes/failed")
                            .asLong(0))
                    .isPositive();
        }
    }

    private Ended run(String... words) throws Exception {
        List<String> command = new ArrayList<>(ServerProcess.weathervane(words));
        command.addAll(List.of("--workspace", workspace.toString()));
        Process program = new ProcessBuilder(command).redirectErrorStream(true).start();
        program.getOutputStream().close();
        String out = new String(program.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(program.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Ended(program.exitValue(), out);
    }
}
