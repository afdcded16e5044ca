package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.JsonNodeFactory;

/** Databases of earlier versions hold these bytes: the next start brings the release that is recorded. */
class ReleaseDefinitionCodecTest {
    private static final WorkerRelease FULL = new WorkerRelease(
            "v2",
            WorkerProtocol.JSON_RPC,
            new LaunchSpec(
                    List.of("python", "worker.py"),
                    Map.of("MODE", "fast", "LEVEL", "2"),
                    Optional.of(Path.of("/srv/worker")),
                    Optional.of("tools"),
                    new InheritedEnvironment(false, Set.of("HOME", "AWS_REGION"))),
            new HealthProbeSpec("health", Duration.ofSeconds(2), Duration.ofMillis(250)),
            Duration.ofSeconds(30),
            List.of(new JsonRpcToolConfig(
                    "say", "Says it.", JsonNodeFactory.instance.objectNode().put("type", "object"), "echo", true)));

    private static final String STORED = """
        {"label":"v2","kind":"json-rpc","command":["python","worker.py"],\
        "environment":{"LEVEL":"2","MODE":"fast"},"inheritsAll":false,"inheritance":["AWS_REGION","HOME"],\
        "folder":"/srv/worker","user":"tools","probe":{"method":"health","timeoutMs":2000,"retryAfterMs":250},\
        "callTimeoutMs":30000,"tools":[{"name":"say","description":"Says it.","method":"echo","readOnly":true,\
        "inputSchema":{"type":"object"}}]}\
        """;

    @Test
    void aReleaseIsWrittenByteForByteAsBefore() {
        assertThat(ReleaseDefinitionCodec.write(FULL)).isEqualTo(STORED);
    }

    @Test
    void whatIsWrittenIsRead() {
        WorkerRelease plain = WorkerRelease.of("v1", WorkerProtocol.MCP, List.of("node", "index.js"));

        assertThat(ReleaseDefinitionCodec.read(STORED)).contains(FULL);
        assertThat(ReleaseDefinitionCodec.read(ReleaseDefinitionCodec.write(plain)))
                .contains(plain);
    }

    @Test
    void whatIsNoReleaseIsNone() {
        assertThat(ReleaseDefinitionCodec.read("{\"label\":\"v1\"}")).isEmpty();
        assertThat(ReleaseDefinitionCodec.read("{\"label\":")).isEmpty();
    }
}
