package io.weathervane.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.util.Workspace;
import io.weathervane.worker.InheritedEnvironment;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkersConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    private static final CliOverrides.Listen ANYWHERE = new CliOverrides.Listen(Optional.empty(), Optional.empty());

    @TempDir
    Path folder;

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '^', textBlock = """
        monitr: {mode: act}                              | line 1: monitr is not a known key; did you mean monitor?
        monitor: {checkIntervall: 30s}                   | monitor.checkIntervall is not a known key; did you mean checkInterval? Known here: mode, checkInterval
        server: {tsl: {x: 1}}                            | server.tsl is not a known key; did you mean tls? Known here: host, port
        monitor: {errorRateThreshold: 1.5}               | monitor.errorRateThreshold must be a number above 0 and at most 1 (0.2 is 20 %), was 1.5
        monitor: {errorRateThreshold: 0}                 | above 0 and at most 1
        monitor: {errorRateThreshold: .nan}              | must be a number
        monitor: {errorRateThreshold: 20%}               | monitor.errorRateThreshold must be a number, was "20%"
        monitor: {checkInterval: 0s}                     | monitor.checkInterval must be from 10ms to 1h, was "0s"
        monitor: {checkInterval: 0}                      | monitor.checkInterval must be a duration such as 500ms, 30s, 10m or 1h, was 0
        monitor: {checkInterval: 30}                     | must be a duration such as 500ms, 30s, 10m or 1h, was 30
        monitor: {checkInterval: 30 secs}                | must be a duration
        monitor: {checkInterval: -5s}                    | must be a duration
        monitor: {gracePeriod: 8d}                       | monitor.gracePeriod must be from 10ms to 7d, was "8d"
        monitor: {checkWindow: 2.5}                      | monitor.checkWindow must be a whole number from 1 to 100, was 2.5
        monitor: {checkWindow: "5"}                      | monitor.checkWindow must be a whole number from 1 to 100, was "5"
        monitor: {checkWindow: 99999999999}              | monitor.checkWindow must be a whole number from 1 to 100
        monitor: {checkWindow: 2}                        | monitor.failureCount (3) must not be above monitor.checkWindow (2)
        monitor: {failureCount: 6}                       | monitor.failureCount (6) must not be above monitor.checkWindow (5)
        monitor: {minRequests: 0}                        | monitor.minRequests must be a whole number from 1
        monitor: {restoreOnEscalation: yes please}       | monitor.restoreOnEscalation must be true or false, was "yes please"
        monitor: {mode: watch}                           | monitor.mode must be one of act, observe, was "watch"
        monitor: {mode: }                                | monitor.mode has no value: give one, or remove the line
        monitor: act                                     | monitor must be a mapping of keys to values, was "act"
        environment: prod                                | environment must be one of default, production, staging, development, was "prod"
        environment: productoin                          | did you mean production?
        server: {port: 70000}                            | server.port must be a whole number from 0 to 65535, was 70000
        server: {host: 127}                              | server.host must be text
        workers: {initial: stable}                       | workers.initial names "stable", which is not in workers.releases
        workers: {releases: {a: {kind: grpc, command: [x]}}} | workers.releases.a.kind must be one of mcp, json-rpc, was "grpc"
        workers: {releases: {a: {}}}                     | workers.releases.a.command is missing
        workers: {releases: {a: }}                       | workers.releases.a has nothing in it
        workers: {releases: {a: {command: java -jar x}}} | workers.releases.a.command must be a list
        workers: {releases: {a: {command: [java, 1]}}}   | workers.releases.a.command must be a list of texts
        workers: {releases: {"a b": {command: [x]}}}     | workers.releases.a b is not a label
        workers: {releases: {a: {command: [x], environment: {A: 1}}}}   | workers.releases.a.environment.A must be text
        workers: {releases: {a: {command: [x], environment: {A=B: c}}}} | is not the name of a variable
        workers: {releases: {a: {command: [x], folder: nowhere}}}       | which is not a folder
        workers: {releases: {a: {command: [x], callTimeout: 25h}}}      | workers.releases.a.callTimeout must be from 10ms to 1d
        workers: {releases: {a: {command: [x], probe: {metod: y}}}}     | workers.releases.a.probe.metod is not a known key; did you mean method?
        workers: {releases: {a: {command: [x], tools: [{name: t}]}}}    | workers.releases.a.tools is for kind: json-rpc only
        workers: {releases: {a: {kind: json-rpc, command: [x], tools: [{name: t}, {name: t}]}}} | has two tools of one name
        workers: {releases: {a: {kind: json-rpc, command: [x], tools: [{description: t}]}}}     | workers.releases.a.tools[0].name is missing
        workers: {releases: {a: {command: [x]}, b: {command: [x]}}}     | workers.initial is missing: name the release that runs first, one of a, b
        workers: {toolPrefix: "a b"}                     | workers.toolPrefix must be up to 32 letters
        flags: {key: A}                                  | flags must be a list
        flags: [A]                                       | flags[0] must be a mapping, was "A"
        flags: [{key: a, type: boolean, default: "0"}]   | flags[0].key must be up to 64 capitals
        flags: [{key: ROLLBACK_X, type: boolean, default: "0"}] | flags[0].key must not begin with ROLLBACK_
        flags: [{key: A, type: bool, default: "0"}]      | flags[0].type must be one of boolean, enum, integer, number, was "bool"
        flags: [{key: A, type: boolean, default: 0}]     | flags[0].default must be text (in quotes when it looks like a number), was 0
        flags: [{key: A, type: boolean, default: "2"}]   | flags[0].default "2" must be "0" or "1"
        flags: [{key: A, type: enum, default: x}]        | flags[0].type enum needs values
        flags: [{key: A, type: enum, values: [y], default: x}] | flags[0].default "x" must be one of y
        flags: [{key: A, type: integer, min: 1, max: 3, default: "4"}] | flags[0].default "4" must be a whole number, at least 1.0, at most 3.0
        flags: [{key: A, type: integer, min: 3, max: 1, default: "2"}] | flags[0].min must not be above max
        flags: [{key: A, type: boolean, min: 0, default: "0"}] | flags[0].type boolean takes no min and max
        flags: [{key: A, type: boolean, default: "0"}, {key: A, type: boolean, default: "1"}] | flags has two flags of the key A
        flags: [{key: DISABLE_NEW, type: boolean, default: "0"}]     | flags has the key DISABLE_NEW, which is a flag of the server's own
        flags: [{key: A, type: enum, values: [x, a b], default: x}]  | flags[0] cannot be a flag: A: a value is one plain word
        flags: [{key: A, type: integer, default: "007"}]             | flags[0] cannot be a flag: A: default 007 is not allowed: a whole number
        alerts: {webhooks: [{url: ftp://x/}]}            | alerts.webhooks[0].url must be an http or https URL
        alerts: {webhooks: [{url: "https://u:p@x/"}]}    | without a user name or password
        alerts: {webhooks: [{url: "https://a b/"}]}      | alerts.webhooks[0].url is not a URL
        alerts: {webhooks: [{url: "https://x/", secretEnv: NOT_THERE}]} | names the environment variable NOT_THERE, which is not set
        alerts: {webhooks: [{url: "https://x/"}, {url: "https://x/"}]}  | names one url twice
        workers: {releases: {a: {command: [x], headers: {X-A: b}}}}    | workers.releases.a.headers is for a release with a url; a command gets what it needs by environment
        workers: {releases: {a: {command: [x], auth: {bearerEnv: B}}}} | workers.releases.a.auth is for a release with a url
        workers: {releases: {a: {command: [x], tls: {ca: b}}}}         | workers.releases.a.tls is for a release with a url
        workers: {releases: {a: {url: "https://x/mcp", auth: {bearerEnv: NOT_THERE}}}} | workers.releases.a.auth.bearerEnv names the environment variable NOT_THERE, which is not set
        workers: {releases: {a: {url: "https://x/mcp", tls: {key: b}}}} | workers.releases.a.tls.certificate is missing: certificate and key are given together
        monitor: {mode: act, mode: observe}              | is not YAML that can be read
        monitor: [                                       | line 1
        - a                                              | must be a mapping of keys such as monitor: and workers:
        server: &s {port: 1}                             | uses an anchor or alias
        server: *s                                       | uses an anchor or alias
        """)
    void refusesWithASentenceThatNamesTheKey(String yaml, String sentence) throws IOException {
        Path file = write(yaml);

        assertThatThrownBy(() -> load(file))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(sentence)
                .hasMessageContaining(sentence.startsWith("monitor.failureCount (") ? "" : file.toString());
    }

    @Test
    void namesTheLineOfTheBadKey() throws IOException {
        Path file = write("environment: staging\n\nmonitor:\n  mode: act\n  checkWindow: five\n");

        assertThatThrownBy(() -> load(file)).hasMessageStartingWith(file + " line 5: monitor.checkWindow must be");
    }

    @Test
    void refusesAFileThatWasNamedAndIsMissing() {
        Path missing = folder.resolve("missing.yaml");
        CliOverrides overrides = named(Optional.of(missing));

        assertThatThrownBy(() -> ConfigReader.read(workspace(), Map.of(), overrides))
                .isInstanceOf(ConfigException.class)
                .hasMessage("the configuration " + missing + " (--config) does not exist");
    }

    @Test
    void refusesAFolderInPlaceOfAFile() {
        assertThatThrownBy(() -> load(folder))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("is a folder");
    }

    @Test
    void refusesAFileThatCannotBeRead() throws IOException {
        Path loop = folder.resolve("weathervane.yaml");
        Files.createSymbolicLink(loop, loop);

        assertThatThrownBy(() -> load(loop))
                .hasMessageContaining("cannot be read")
                .hasMessageContaining("symbolic link");
    }

    @Test
    void refusesALinkToNothing() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("weathervane.yaml"), folder.resolve("gone.yaml"));

        assertThatThrownBy(() -> load(link)).hasMessageContaining("is a link that leads nowhere");
    }

    @Test
    void refusesAFileThatIsTooLarge() throws IOException {
        Path file = write("# " + "x".repeat(YamlDocument.BYTES_MAX));

        assertThatThrownBy(() -> load(file)).hasMessageContaining("is larger than 256 KiB");
    }

    @Test
    void refusesAliasesThatWouldGrowWithoutEnd() throws IOException {
        Path file = write("a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]\n");

        assertThatThrownBy(() -> load(file)).hasMessageContaining("line 1 uses an anchor or alias");
    }

    @Test
    void refusesDeepNestingAndBytesThatAreNotText() throws IOException {
        Path deep = write("monitor: " + "[".repeat(500));

        assertThatThrownBy(() -> load(deep)).isInstanceOf(ConfigException.class);

        Path bytes = Files.write(folder.resolve("bytes.yaml"), new byte[] {(byte) 0xff, (byte) 0xfe, 0, 1, 2});
        assertThatThrownBy(() -> load(bytes)).isInstanceOf(ConfigException.class);
    }

    @Test
    void isAtItsDefaultsWithoutAFileAndWhenTheFileSaysNothing() throws IOException {
        Config none = load(folder.resolve("weathervane.yaml"));

        assertThat(none.file()).isEmpty();
        assertThat(none.warnings()).isEmpty();
        assertThat(sections(load(write("")))).isEqualTo(sections(none));
        assertThat(sections(load(write("# nothing yet\n")))).isEqualTo(sections(none));
        assertThat(sections(load(write("server:\nmonitor:\n  # mode: act\nworkers:\nupgrade:\nflags:\nalerts:\n"))))
                .isEqualTo(sections(none));
        assertThat(sections(load(write("server: {}\nmonitor: {}\nworkers: {}\nupgrade: {}\nflags: []\nalerts: {}\n"))))
                .isEqualTo(sections(none));
    }

    private static List<Object> sections(Config config) {
        return List.of(config.server(), config.callers(), config.flags(), config.webhooks(), config.services());
    }

    @Test
    void theCommandLineWinsOverTheFile() throws IOException {
        Path file = write("environment: staging\nserver: {host: 127.0.0.1, port: 3000}\n");
        CliOverrides overrides = new CliOverrides(
                Optional.of(file),
                Optional.of("production"),
                new CliOverrides.Listen(Optional.of("::1"), Optional.of(0)),
                true,
                Optional.empty(),
                Optional.empty());

        Config config = ConfigReader.read(workspace(), Map.of(), overrides);

        assertThat(config.environment()).isEqualTo(EnvironmentPreset.PRODUCTION);
        assertThat(config.server().http().host()).isEqualTo("::1");
        assertThat(config.server().http().port()).isZero();
        assertThat(config.server().readOnly()).isTrue();
        assertThat(config.file()).contains(file);
    }

    @Test
    void refusesABadCommandLine() {
        CliOverrides prod = new CliOverrides(
                Optional.empty(), Optional.of("stagin"), ANYWHERE, false, Optional.empty(), Optional.empty());
        CliOverrides port = new CliOverrides(
                Optional.empty(),
                Optional.empty(),
                new CliOverrides.Listen(Optional.empty(), Optional.of(-1)),
                false,
                Optional.empty(),
                Optional.empty());

        assertThatThrownBy(() -> ConfigReader.read(workspace(), Map.of(), prod))
                .hasMessageEndingWith("did you mean staging?");
        assertThatThrownBy(() -> ConfigReader.read(workspace(), Map.of(), port)).hasMessageContaining("--port must be");
    }

    @Test
    void aCommandIsTheFirstReleaseBesideThoseOfTheFile() throws IOException {
        write("workers: {initial: b, releases: {a: {command: [x]}, b: {command: [y]}}}");

        WorkersConfig workers = ConfigReader.read(workspace(), Map.of(), command("first"))
                .first()
                .workers();

        assertThat(workers.initial()).contains("first");
        assertThat(workers.initialIsCommand()).isTrue();
        assertThat(workers.releases().keySet()).containsExactly("a", "b", "first");
        assertThat(workers.releases().get("first").command()).containsExactly("npx", "-y", "server");
        assertThat(workers.releases().get("first").folder()).contains(folder);
        assertThat(workers.policy().timeouts().startTimeout()).isEqualTo(WorkersReader.COMMAND_START_TIMEOUT);
    }

    @Test
    void aCommandNeedsNoFileAndLeavesItsStartTimeoutToTheFile() throws IOException {
        WorkersConfig bare = ConfigReader.read(workspace(), Map.of(), command("first"))
                .first()
                .workers();
        write("workers: {startTimeout: 7s}");
        WorkersConfig timed = ConfigReader.read(workspace(), Map.of(), command("first"))
                .first()
                .workers();

        assertThat(bare.initial()).contains("first");
        assertThat(bare.policy().timeouts().startTimeout()).isEqualTo(WorkersReader.COMMAND_START_TIMEOUT);
        assertThat(timed.policy().timeouts().startTimeout()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void aCommandsCallTimeoutIsTheCommandLinesOrTheFiles() throws IOException {
        assertThat(callTimeout("{}", Optional.empty())).isEqualTo(Duration.ofMinutes(10));
        assertThat(callTimeout("{callTimeout: 2m}", Optional.empty())).isEqualTo(Duration.ofMinutes(2));
        assertThat(callTimeout("{releases: {first: {callTimeout: 3m, environment: {A: b}}}}", Optional.empty()))
                .isEqualTo(Duration.ofMinutes(3));
        assertThat(callTimeout("{callTimeout: 2m}", Optional.of("90s"))).isEqualTo(Duration.ofSeconds(90));
        assertThatThrownBy(() -> callTimeout("{}", Optional.of("soon")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--call-timeout must be a duration from 10ms to 1d");
    }

    private Duration callTimeout(String workers, Optional<String> typed) throws IOException {
        CommandLineRelease release = new CommandLineRelease("first", List.of("npx", "-y", "server"), folder);
        CliOverrides overrides =
                new CliOverrides(Optional.empty(), Optional.empty(), ANYWHERE, false, Optional.of(release), typed);
        write("workers: " + workers);
        WorkerRelease first = ConfigReader.read(workspace(), Map.of(), overrides)
                .first()
                .workers()
                .releases()
                .get("first");
        assertThat(first.command()).containsExactly("npx", "-y", "server");
        return first.callTimeout();
    }

    @Test
    void refusesACommandWithANameThatIsTakenOrNone() throws IOException {
        write("workers: {releases: {first: {command: [x]}}}");

        assertThatThrownBy(() -> ConfigReader.read(workspace(), Map.of(), command("first")))
                .hasMessageContaining("--label");
        assertThatThrownBy(() -> ConfigReader.read(workspace(), Map.of(), command("not a label")))
                .hasMessageContaining("--label \"not a label\" is not a label");
    }

    @Test
    void aCommandInheritsWhatTheServerHasButItsSecretsAndTheOthersOnlyWhatTheyName() throws IOException {
        write("""
            workers: {releases: {first: {environment: {A: b}}, a: {command: [x], inheritEnvironment: [B]}}}
            alerts: {webhooks: [{url: "https://hooks.example/x", secretEnv: HOOK_SECRET}]}
            """);

        Config config = ConfigReader.read(workspace(), Map.of("HOOK_SECRET", "s"), command("first"));
        Map<String, WorkerRelease> releases = config.first().workers().releases();

        assertThat(releases.get("first").inheritance()).isEqualTo(InheritedEnvironment.allBut(Set.of("HOOK_SECRET")));
        assertThat(releases.get("a").inheritance()).isEqualTo(InheritedEnvironment.of(Set.of("B")));
        assertThat(config.first().upgrade().releases()).isEqualTo(releases);
    }

    @Test
    void aCommandDoesNotInheritTheSecretsOfRemoteReleases() throws IOException {
        write("""
            workers:
              releases:
                first: {}
                far: {url: "https://far.example/mcp", headers: {X-Api-Key: "${env:KEY}"}, auth: {bearerEnv: TOKEN}}
            """);

        Config config = ConfigReader.read(workspace(), Map.of("KEY", "k", "TOKEN", "t"), command("first"));

        assertThat(config.first().workers().releases().get("first").inheritance())
                .isEqualTo(InheritedEnvironment.allBut(Set.of("KEY", "TOKEN")));
        assertThat(config.first()
                        .workers()
                        .releases()
                        .get("far")
                        .remote()
                        .orElseThrow()
                        .access()
                        .secretVariables())
                .containsExactly("KEY", "TOKEN");
    }

    @Test
    void warnsOfSecretsThatGoOverPlainHttpBeyondThisMachine() throws IOException {
        write("""
            workers:
              initial: near
              releases:
                near: {url: "http://127.0.0.1:1/mcp", auth: {bearerEnv: TOKEN}}
                open: {url: "http://open.example/mcp"}
                far: {urls: ["https://a.example/mcp", "http://b.example/mcp"], auth: {bearerEnv: TOKEN}}
            """);

        Config config = ConfigReader.read(workspace(), Map.of("TOKEN", "t"), named(Optional.empty()));

        assertThat(config.warnings())
                .containsExactly("the release far sends secrets over http, where everybody on the way to b.example"
                        + " can read them: use https");
    }

    private CliOverrides command(String label) {
        CommandLineRelease release = new CommandLineRelease(label, List.of("npx", "-y", "server"), folder);
        return new CliOverrides(
                Optional.empty(), Optional.empty(), ANYWHERE, false, Optional.of(release), Optional.empty());
    }

    private Path write(String yaml) throws IOException {
        return Files.writeString(folder.resolve("weathervane.yaml"), yaml);
    }

    private Workspace workspace() {
        return Workspace.in(folder);
    }

    /** The workspace's own file, or one that is named on the command line. */
    private Config load(Path file) {
        Optional<Path> other = Optional.of(file).filter(one -> !one.equals(folder.resolve("weathervane.yaml")));
        return ConfigReader.read(workspace(), Map.of(), named(other));
    }

    private static CliOverrides named(Optional<Path> file) {
        return new CliOverrides(file, Optional.empty(), ANYWHERE, false, Optional.empty(), Optional.empty());
    }
}
