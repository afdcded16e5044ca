package io.weathervane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.weathervane.auth.TokenHashFileStore;
import io.weathervane.testing.ServerProcess;
import io.weathervane.tool.CallerRole;
import io.weathervane.util.OsUser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In production the packaged server lets nothing that runs as its own user grant an approval. */
class ProductionApprovalsIT {
    private static final Pattern ID = Pattern.compile("a-[0-9a-f]{8}");
    private static final String PRODUCTION =
            "environment: production\nserver: {auth: {tokens: {file: tokens.json}}}\nmonitor: {gracePeriod: 1s}";
    private static final List<String> AS_NOBODY =
            List.of("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups");

    @TempDir
    private Path workspace;

    @Test
    void aBuildCannotGrantThroughTheSocketWhatTheServerWasAskedFor() throws Exception {
        Map<String, String> ann = Map.of("WVO_TOKEN", token("ann"));
        Map<String, String> bob = Map.of("WVO_TOKEN", token("bob"));
        ServerProcess.configure(workspace, PRODUCTION, "stable", "good");
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            String url = server.uri().toString();
            String wanted = idIn(
                    run(ann, "call", "upgrade_run", "--canary", "good", "--id", "hers", "--promote", "--url", url));
            Path grant = Files.writeString(
                    workspace.resolve("grant.sh"),
                    shell(weathervane("call", "approval_grant", "--id", wanted)) + " >tried 2>&1; exit 0\n");
            String[] upgrade = {
                "upgrade", "--canary", "good", "--id", "mine", "--skip-promote", "--build", "sh " + grant
            };

            String own = idIn(run(Map.of(), upgrade));
            assertThat(workspace.resolve("tried")).as("nothing has run").doesNotExist();
            assertThat(run(Map.of(), "call", "approval_grant", "--id", own)).contains("nobody grants their own");
            assertThat(run(bob, "call", "approval_grant", "--id", own, "--url", url))
                    .contains("Granted: " + own, "runs build: sh " + grant);
            List<String> approved = new ArrayList<>(List.of(upgrade));
            approved.addAll(List.of("--approval-id", own));
            assertThat(run(Map.of(), approved.toArray(String[]::new))).contains("ok      build");

            assertThat(Files.readString(workspace.resolve("tried"))).doesNotContain("Granted");
            assertThat(run(bob, "call", "approval_grant", "--url", url)).contains(wanted + " (pending");
        }
    }

    @Test
    void theServersOwnUserGrantsNothingAndSaysWhoDoes() throws Exception {
        Map<String, String> ann = Map.of("WVO_TOKEN", token("ann"));
        ServerProcess.configure(workspace, PRODUCTION, "stable", "good");
        try (ServerProcess server = ServerProcess.serve(workspace)) {
            String url = server.uri().toString();
            run(ann, "call", "worker_start_canary", "--release", "good", "--url", url);
            String id = idIn(run(ann, "call", "worker_promote", "--url", url));

            assertThat(run(Map.of(), "call", "approval_grant", "--id", id))
                    .contains("the user that runs the server, grants nothing", "Nothing was granted")
                    .contains("scripts/weathervane token create");
        }
    }

    @Test
    void anotherUserOfTheMachineGrantsThroughTheSocket() throws Exception {
        assumeTrue(OsUser.name().equals("root") && succeeds(List.of("setpriv", "--version")), "needs root");
        ServerProcess.configure(workspace, PRODUCTION, "stable", "good");
        token("ann");
        assertThat(succeeds(List.of("chown", "-R", "65534:65534", workspace.toString())))
                .isTrue();
        try (ServerProcess server = ServerProcess.start(asNobody(ServerProcess.serving(workspace)))) {
            output(asNobody(weathervane("call", "worker_start_canary", "--release", "good")));
            String id = idIn(output(asNobody(weathervane("call", "worker_promote"))));
            assertThat(output(asNobody(weathervane("call", "approval_grant", "--id", id))))
                    .contains("nobody grants their own");

            assertThat(run(Map.of(), "call", "approval_grant", "--id", id)).contains("Granted: " + id);

            assertThat(output(asNobody(weathervane("call", "worker_promote", "--approval-id", id))))
                    .as(server.stderr())
                    .contains("good is the active worker");
        }
    }

    private static ProcessBuilder asNobody(List<String> command) {
        List<String> all = new ArrayList<>(AS_NOBODY);
        all.addAll(command);
        return new ProcessBuilder(all);
    }

    private String token(String name) {
        return new TokenHashFileStore(workspace.resolve("tokens.json"))
                .create(name, Set.of(CallerRole.values()), Instant.now(), Optional.empty());
    }

    private List<String> weathervane(String... words) {
        List<String> command = new ArrayList<>(ServerProcess.weathervane(words));
        command.addAll(List.of("--workspace", workspace.toString()));
        return command;
    }

    private String run(Map<String, String> environment, String... words) throws Exception {
        ProcessBuilder program = new ProcessBuilder(weathervane(words));
        program.environment().putAll(environment);
        return output(program);
    }

    private static String output(ProcessBuilder program) throws IOException, InterruptedException {
        Process process = program.redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return said;
    }

    private static boolean succeeds(List<String> command) throws InterruptedException {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor() == 0;
        } catch (IOException e) {
            return false;
        }
    }

    private static String shell(List<String> command) {
        return "'" + String.join("' '", command) + "'";
    }

    private static String idIn(String text) {
        Matcher id = ID.matcher(text);
        assertThat(id.find()).as(text).isTrue();
        return id.group();
    }
}
