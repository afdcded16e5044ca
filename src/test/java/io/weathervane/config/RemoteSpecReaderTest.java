package io.weathervane.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.util.Workspace;
import io.weathervane.worker.RemoteAccessSpec;
import io.weathervane.worker.RemoteSpec;
import io.weathervane.worker.WorkerRelease;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RemoteSpecReaderTest {
    @TempDir
    Path folder;

    private WorkerRelease read(String release) throws IOException {
        Files.writeString(folder.resolve("weathervane.yaml"), "workers: {releases: {a: " + release + "}}\n");
        return ConfigReader.read(Workspace.in(folder), Map.of(), CliOverrides.none())
                .first()
                .workers()
                .releases()
                .get("a");
    }

    @Test
    void aReleaseHasAUrl() throws IOException {
        WorkerRelease release =
                read("{url: 'https://tools.example.com/mcp', dryRunUrl: 'https://dry.example.com/mcp'}");

        assertThat(release.remote())
                .contains(new RemoteSpec(
                        List.of(URI.create("https://tools.example.com/mcp")),
                        Optional.of(URI.create("https://dry.example.com/mcp")),
                        RemoteAccessSpec.none()));
        assertThat(release.launch()).isEmpty();
        assertThat(release.probe().method()).isEqualTo("ping");
    }

    @Test
    void aReleaseHasSeveralUrls() throws IOException {
        assertThat(read("{urls: ['http://a.example/mcp', 'http://b.example/mcp']}")
                        .remote()
                        .orElseThrow()
                        .urls())
                .hasSize(2);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | or the url of a server that runs already",
                "{url: 'https://a.example/mcp', command: [x]} | command is for a release that this server starts",
                "{url: 'https://a.example/mcp', user: x} | user is for a release that this server starts",
                "{url: 'https://a.example/mcp', urls: ['https://b.example/mcp']} | stands beside url",
                "{url: 'https://a.example/mcp', kind: json-rpc} | must be mcp for a release with a url",
                "{url: 'ftp://a.example/mcp'} | must begin with http:// or https://",
                "{url: '/mcp'} | must begin with http:// or https://",
                "{url: 'https://ann:hunter2@a.example/mcp'} | must not have a user name or a password",
                "{url: 'https://a.example/mcp#x'} | must not have a fragment",
                "{url: 'https://a.example/mcp?api_key=hunter2hunter2'} | must not have what looks like a secret",
                "{url: 'https:///mcp'} | must have a host",
                "{url: 'https://a b/mcp'} | is not a URL",
                "{urls: []} | must name 1 to 16 instances",
                "{urls: ['http://a.example/', 'http://a.example/']} | names an instance twice",
                "{command: [x], dryRunUrl: 'https://a.example/'} | is for a release with a url",
                "{command: [x], auth: {bearerEnv: X}} | is for a release with a url"
            })
    void whatCannotBeIsRefusedInWords(String release, String why) {
        assertThatThrownBy(() -> read(release))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(why)
                .hasMessageNotContaining("hunter2");
    }
}
