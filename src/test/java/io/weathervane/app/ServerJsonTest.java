package io.weathervane.app;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.jsonrpc.JsonRpcCodec;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;

/** {@code server.json}, by which a registry of MCP servers would know this one. */
class ServerJsonTest {
    private static final Pattern VERSION =
            Pattern.compile("<artifactId>weathervane-mcp</artifactId>\\s*<version>([^<]+)<");

    @Test
    void saysOfTheServerWhatItSaysOfItself() throws Exception {
        JsonNode entry = JsonRpcCodec.JSON.readTree(Files.readString(Path.of("server.json")));
        Matcher version = VERSION.matcher(Files.readString(Path.of("pom.xml")));

        assertThat(version.find()).isTrue();
        assertThat(entry.path("name").asString(""))
                .matches("[a-zA-Z0-9.-]+/[a-zA-Z0-9._-]+")
                .endsWith("/" + ProductInfo.serverInfo().name());
        assertThat(entry.path("title").asString(""))
                .isEqualTo(ProductInfo.serverInfo().title());
        assertThat(entry.path("version").asString(""))
                .isEqualTo(version.group(1).replace("-SNAPSHOT", ""));
        // The registry takes no longer one.
        assertThat(entry.path("description").asString("")).isNotBlank().hasSizeLessThanOrEqualTo(100);
    }

    @Test
    void promisesNothingToInstallAsNothingIsPublished() throws Exception {
        JsonNode entry = JsonRpcCodec.JSON.readTree(Files.readString(Path.of("server.json")));

        assertThat(entry.has("packages") || entry.has("remotes")).isFalse();
    }
}
