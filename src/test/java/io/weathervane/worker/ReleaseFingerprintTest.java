package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The hash that an approval is bound to changes as soon as something else would run. */
class ReleaseFingerprintTest {
    @TempDir
    private Path folder;

    @Test
    void differsWithEachPartOfTheDefinition() {
        WorkerRelease release = release(List.of("node", "server.js"), Map.of("MODE", "safe"));
        String before = ReleaseFingerprint.of(release).sha256();
        Map<String, WorkerRelease> changed = new LinkedHashMap<>();
        changed.put("label", with(release, "next", WorkerProtocol.JSON_RPC, Duration.ofSeconds(9), "ping"));
        changed.put("protocol", with(release, "good", WorkerProtocol.MCP, Duration.ofSeconds(9), "ping"));
        changed.put("callTimeout", with(release, "good", WorkerProtocol.JSON_RPC, Duration.ofSeconds(8), "ping"));
        changed.put("probe", with(release, "good", WorkerProtocol.JSON_RPC, Duration.ofSeconds(9), "health"));
        changed.put("command", release(List.of("node", "other.js"), Map.of("MODE", "safe")));
        changed.put("environment", release(List.of("node", "server.js"), Map.of("MODE", "wild")));
        changed.put("folder", launched(release, launch -> launch.in(Optional.of(folder.resolve("elsewhere")))));
        changed.put("tools", declaring(release));
        changed.put(
                "user",
                launched(
                        release,
                        launch -> new LaunchSpec(
                                launch.command(),
                                launch.environment(),
                                launch.folder(),
                                Optional.of("worker"),
                                launch.inheritance())));
        changed.put(
                "references",
                launched(
                        release,
                        launch -> new LaunchSpec(
                                launch.command(),
                                launch.environment(),
                                launch.folder(),
                                launch.user(),
                                launch.inheritance(),
                                Set.of(SecretReference.env("MODE")))));
        changed.put(
                "inheritance",
                launched(release, launch -> launch.inheriting(InheritedEnvironment.of(Set.of("API_KEY")))));

        assertThat(changed.keySet())
                .as("every part there is, so that a new one is not forgotten")
                .isEqualTo(Stream.of(WorkerRelease.class, LaunchSpec.class)
                        .flatMap(part -> Arrays.stream(part.getRecordComponents()))
                        .map(RecordComponent::getName)
                        .filter(name -> !name.equals("server"))
                        .collect(Collectors.toSet()));
        changed.forEach((part, other) ->
                assertThat(ReleaseFingerprint.of(other).sha256()).as(part).isNotEqualTo(before));
        assertThat(ReleaseFingerprint.of(release(List.of("node", "server.js"), Map.of("MODE", "safe")))
                        .sha256())
                .isEqualTo(before);
    }

    @Test
    void differsWithWhereARemoteReleaseRuns() {
        URI one = URI.create("https://one.example/mcp");
        URI other = URI.create("https://other.example/mcp");
        WorkerRelease release = remote(RemoteSpec.of(one));
        List<WorkerRelease> changed = List.of(
                remote(RemoteSpec.of(other)),
                remote(new RemoteSpec(List.of(one, other), Optional.empty(), RemoteAccessSpec.none())),
                remote(new RemoteSpec(List.of(one), Optional.of(other), RemoteAccessSpec.none())));

        assertThat(changed)
                .extracting(next -> ReleaseFingerprint.of(next).sha256())
                .doesNotContain(ReleaseFingerprint.of(release).sha256())
                .doesNotHaveDuplicates();
        assertThat(ReleaseFingerprint.of(changed.get(2)).lines())
                .containsExactly("url: https://one.example/mcp", "dryRunUrl: https://other.example/mcp");
        assertThat(ReleaseDefinitionCodec.read(ReleaseDefinitionCodec.write(changed.get(1))))
                .contains(changed.get(1));
        assertThat(ReleaseDefinitionCodec.read(ReleaseDefinitionCodec.write(changed.get(2))))
                .contains(changed.get(2));
    }

    private static WorkerRelease remote(RemoteSpec where) {
        return WorkerRelease.of("good", WorkerProtocol.MCP, List.of("x")).with(where);
    }

    @Test
    void differsWithTheValueOfAVariableThatTheReleaseInheritsAndDoesNotShowIt() {
        WorkerRelease release = launched(
                release(List.of("node", "server.js"), Map.of()),
                launch -> launch.inheriting(InheritedEnvironment.of(Set.of("NODE_OPTIONS"))));
        ReleaseFingerprint without = ReleaseFingerprint.of(release, Map.of("OTHER", "a"));
        ReleaseFingerprint with = ReleaseFingerprint.of(release, Map.of("NODE_OPTIONS", "--require ./evil.js"));

        assertThat(with.sha256()).isNotEqualTo(without.sha256());
        assertThat(ReleaseFingerprint.of(release, Map.of("OTHER", "b")).sha256())
                .isEqualTo(without.sha256());
        assertThat(with.lines().toString()).doesNotContain("evil");
    }

    @Test
    void wordsThatOnlyLookTheSameTogetherAreOthers() {
        assertThat(ReleaseFingerprint.of(release(List.of("run", "a b"), Map.of()))
                        .sha256())
                .isNotEqualTo(ReleaseFingerprint.of(release(List.of("run", "a", "b"), Map.of()))
                        .sha256());
    }

    @Test
    void differsWithTheScriptThatTheCommandNames() throws IOException {
        Path script = Files.writeString(folder.resolve("server.py"), "serve()\n");
        WorkerRelease release = release(List.of("python3", "server.py"), Map.of());
        ReleaseFingerprint before = ReleaseFingerprint.of(release);
        Files.writeString(script, "serve(); steal()\n");
        ReleaseFingerprint after = ReleaseFingerprint.of(release);

        assertThat(after.sha256()).isNotEqualTo(before.sha256());
        assertThat(before.lines()).anyMatch(line -> line.startsWith("file: server.py sha256 "));
        assertThat(ReleaseFingerprint.ofDefinition(release).lines()).noneMatch(line -> line.startsWith("file: "));
    }

    @Test
    void differsWithTheProgramItself() throws IOException {
        Path program = Files.writeString(folder.resolve("server"), "#!/bin/sh\n");
        WorkerRelease release = release(List.of("./server"), Map.of());
        String before = ReleaseFingerprint.of(release).sha256();
        Files.writeString(program, "#!/bin/sh\nid\n");

        assertThat(ReleaseFingerprint.of(release).sha256()).isNotEqualTo(before);
    }

    @Test
    void isTheSameWhateverTheWorkerWritesIntoItsDataMeanwhile() throws IOException {
        Path data = Files.writeString(folder.resolve("forecasts.db"), "one");
        WorkerRelease release = release(List.of("node", "server.js", "forecasts.db"), Map.of());
        String before = ReleaseFingerprint.of(release).sha256();
        Files.writeString(data, "two");

        assertThat(ReleaseFingerprint.of(release).sha256()).isEqualTo(before);
    }

    @Test
    void showsWhatRunsAndNoValueOfTheEnvironment() {
        ReleaseFingerprint shown = ReleaseFingerprint.of(
                release(List.of("node", "server.js", "--city", "New York"), Map.of("TOKEN", "s3cret", "MODE", "safe")));

        assertThat(shown.lines())
                .contains(
                        "command: node server.js --city 'New York'",
                        "folder: " + folder,
                        "environment: MODE, TOKEN (values are not shown)");
        assertThat(shown.toString()).doesNotContain("s3cret");
    }

    private WorkerRelease release(List<String> command, Map<String, String> environment) {
        return new WorkerRelease(
                "good",
                WorkerProtocol.JSON_RPC,
                LaunchSpec.of(command).withEnvironment(environment).in(Optional.of(folder)),
                probe("ping"),
                Duration.ofSeconds(9),
                List.of());
    }

    private static HealthProbeSpec probe(String method) {
        return new HealthProbeSpec(method, Duration.ofSeconds(1), Duration.ofMillis(1));
    }

    private static WorkerRelease with(
            WorkerRelease one, String label, WorkerProtocol protocol, Duration callTimeout, String probe) {
        return new WorkerRelease(label, protocol, one.launch().orElseThrow(), probe(probe), callTimeout, one.tools());
    }

    private static WorkerRelease launched(WorkerRelease one, UnaryOperator<LaunchSpec> change) {
        return one.with(change.apply(one.launch().orElseThrow()));
    }

    private static WorkerRelease declaring(WorkerRelease one) {
        JsonRpcToolConfig tool = new JsonRpcToolConfig("look", "Looks.", JsonRpcCodec.JSON.createObjectNode(), "look");
        return new WorkerRelease(
                one.label(), one.protocol(), one.launch().orElseThrow(), one.probe(), one.callTimeout(), List.of(tool));
    }
}
