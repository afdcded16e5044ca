package io.weathervane.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator checks a configuration before a server is told of it. */
class ConfigCheckCommandTest {
    @TempDir
    private Path folder;

    private Terminal terminal;

    @BeforeEach
    void open() {
        terminal = new Terminal(Map.of("WVO_WORKSPACE_ROOT", folder.toString()));
    }

    @Test
    void everyRefusedKeyIsToldWithItsLineAndWhatIsAllowed() throws IOException {
        write("""
            monitor:
              checkInterval: soon
              mode: acct
            workers:
              initail: a
              releases:
                a: {command: [true-worker], callTimeout: 1}
            """);

        assertThat(check()).isEqualTo(ExitCode.USAGE);
        assertThat(errors())
                .satisfiesExactly(
                        error -> assertThat(error)
                                .contains("line 3", "monitor.mode must be one of act, observe", "did you mean act?"),
                        error -> assertThat(error)
                                .contains("line 2", "monitor.checkInterval must be a duration such as 500ms"),
                        error -> assertThat(error).contains("line 7", "workers.releases.a.callTimeout"),
                        error -> assertThat(error).contains("line 5", "workers.initail", "did you mean initial?"));
        assertThat(terminal.out()).endsWith("A server refuses this configuration.\n");
    }

    @Test
    void whatIsMissingOnlyBecauseOfAnEarlierFaultIsNotTold() throws IOException {
        write("workers: {releases: {a: {command: not-a-list}}}");

        assertThat(check()).isEqualTo(ExitCode.USAGE);
        assertThat(errors()).singleElement().asString().contains("workers.releases.a.command must be a list");
    }

    @Test
    void aFileThatIsNoYamlIsAFaultWithItsLine() throws IOException {
        write("workers:\n  releases: {a: [}\n");

        assertThat(check()).isEqualTo(ExitCode.USAGE);
        assertThat(errors()).singleElement().asString().contains("line 2", "is not YAML");
    }

    @Test
    void aFileThatIsNotThereIsRefusedWhenItWasNamed() {
        assertThat(check("--config", folder.resolve("none.yaml").toString())).isEqualTo(ExitCode.USAGE);
        assertThat(errors()).singleElement().asString().contains("none.yaml (--config) does not exist");
    }

    @Test
    void aContractThatAServerWouldRefuseIsAFault() throws IOException {
        Files.writeString(folder.resolve("contract.json"), "no contract");
        write("workers: {contract: {file: contract.json}, releases: {a: {command: [true-worker]}}}");

        assertThat(check()).isEqualTo(ExitCode.USAGE);
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("contract of the service default: ", "contract.json is no JSON: line 1");

        write("workers: {contract: {file: none.json}, releases: {a: {command: [true-worker]}}}");
        assertThat(check()).isEqualTo(ExitCode.USAGE);
        assertThat(errors())
                .singleElement()
                .asString()
                .contains("none.json does not exist", "weathervane contract write");
    }

    @Test
    void filesThatTheServerNeedsAreRead() throws IOException {
        Files.writeString(folder.resolve("tokens.json"), "[]oops");
        Files.writeString(folder.resolve("chain.pem"), "nothing");
        write("""
            server:
              auth: {tokens: {file: tokens.json}}
              tls: {certificate: chain.pem, key: key.pem}
            """);

        assertThat(check()).isEqualTo(ExitCode.USAGE);
        assertThat(errors())
                .satisfiesExactly(
                        error -> assertThat(error).contains("server.auth: ", "tokens.json"),
                        error -> assertThat(error).contains("server.tls: ", "chain.pem"));
    }

    @Test
    void aSecretFileOfARemoteReleaseMayComeLater() throws IOException {
        write("""
            workers: {releases: {far: {url: "https://tools.example.com/mcp", auth: {bearerFile: later.txt}}}}
            """);

        assertThat(check()).as(terminal.out()).isEqualTo(ExitCode.OK);
        assertThat(terminal.out()).contains("warning: release far: the file", "later.txt cannot be read now");
    }

    @Test
    void aServerStartsWithWhatIsWell() throws IOException {
        write("""
            environment: staging
            services: {git: {initial: one, releases: {one: {command: [git-server]}, two: {command: [git-server, --new]}}}}
            """);

        assertThat(check()).isEqualTo(ExitCode.OK);
        assertThat(terminal.out())
                .isEqualTo(folder.resolve("weathervane.yaml")
                        + " is well: environment staging; service git with releases one, two.\n");
    }

    @Test
    void aWorkspaceWithoutAFileHasTheDefaults() {
        assertThat(check()).isEqualTo(ExitCode.OK);
        assertThat(terminal.out())
                .isEqualTo("There is no configuration file; all is at its default: environment default; service default"
                        + " with no release.\n");
    }

    private List<String> errors() {
        return terminal.out().lines().filter(line -> line.startsWith("error: ")).toList();
    }

    private void write(String yaml) throws IOException {
        Files.writeString(folder.resolve("weathervane.yaml"), yaml);
    }

    private int check(String... more) {
        return terminal.run(
                Stream.concat(Stream.of("config", "check"), Stream.of(more)).toArray(String[]::new));
    }
}
