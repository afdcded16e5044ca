package io.weathervane.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.worker.RemoteAuth.BearerToken;
import io.weathervane.worker.RemoteAuth.OAuthClient;
import io.weathervane.worker.RemoteTlsFiles.ClientCertificate;
import java.net.URI;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** Databases hold these bytes. */
class RemoteAccessSpecCodecTest {
    private static final RemoteAccessSpec FULL = new RemoteAccessSpec(
            Map.of("X-Api-Key", new HeaderTemplate("${env:KEY}")),
            Optional.of(new OAuthClient(
                    URI.create("https://issuer.example.org/token"),
                    "weathervane",
                    SecretReference.env("CLIENT_SECRET"),
                    Optional.of("tools:call"),
                    Optional.of("https://mcp.example.org/mcp"))),
            new RemoteTlsFiles(
                    Optional.of(Path.of("/etc/ca.pem")),
                    Optional.of(new ClientCertificate(Path.of("/etc/own.pem"), Path.of("/etc/own.key")))));

    private static final String STORED = """
        {"headers":{"X-Api-Key":"${env:KEY}"},\
        "auth":{"oauth":{"tokenUrl":"https://issuer.example.org/token","clientId":"weathervane",\
        "clientSecret":"${env:CLIENT_SECRET}","scope":"tools:call","resource":"https://mcp.example.org/mcp"}},\
        "tls":{"ca":"/etc/ca.pem","certificate":"/etc/own.pem","key":"/etc/own.key"}}\
        """;

    @Test
    void referencesAreWrittenAndRead() {
        assertThat(written(FULL)).isEqualTo(STORED);
        assertThat(read(STORED)).isEqualTo(FULL);
    }

    @Test
    void aBearerTokenIsAReference() {
        RemoteAccessSpec bearer = new RemoteAccessSpec(
                Map.of(),
                Optional.of(new BearerToken(SecretReference.file(Path.of("/run/token")))),
                RemoteTlsFiles.none());

        assertThat(written(bearer)).isEqualTo("{\"auth\":{\"bearer\":\"${file:/run/token}\"}}");
        assertThat(read(written(bearer))).isEqualTo(bearer);
    }

    @Test
    void nothingIsWrittenOfAServerThatAsksForNothing() {
        assertThat(written(RemoteAccessSpec.none())).isEqualTo("{}");
        assertThat(read("{}")).isEqualTo(RemoteAccessSpec.none());
    }

    @Test
    void aSecretThatIsNoReferenceIsNotTaken() {
        assertThatThrownBy(() -> read("{\"auth\":{\"bearer\":\"hidden\"}}"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageNotContaining("hidden");
    }

    private static String written(RemoteAccessSpec access) {
        ObjectNode release = JsonMapper.shared().createObjectNode();
        RemoteAccessSpecCodec.write(access, release);
        return release.toString();
    }

    private static RemoteAccessSpec read(String json) {
        return RemoteAccessSpecCodec.read(JsonMapper.shared().readTree(json));
    }
}
