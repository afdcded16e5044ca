package io.weathervane.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.weathervane.alert.WebhookSinkConfig;
import io.weathervane.auth.AuthConfig;
import io.weathervane.auth.OAuthOptions;
import io.weathervane.auth.OAuthTokenPolicy;
import io.weathervane.block.KillSwitchBlocks;
import io.weathervane.contract.ContractConfig;
import io.weathervane.flags.FlagDefinition;
import io.weathervane.flags.FlagLifecycle;
import io.weathervane.flags.FlagType;
import io.weathervane.flags.FlagValueRule;
import io.weathervane.monitor.DecisionAction;
import io.weathervane.monitor.MonitorPolicy;
import io.weathervane.monitor.MonitorPresets;
import io.weathervane.monitor.PolicyKey;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.monitor.RuleCondition.Comparison;
import io.weathervane.monitor.SignalLimit;
import io.weathervane.policy.MonitorConfig;
import io.weathervane.policy.MonitorMode;
import io.weathervane.probe.WatchProbeConfig;
import io.weathervane.shadow.AcceptedToolChange;
import io.weathervane.shadow.ShadowComparisonConfig;
import io.weathervane.shadow.ShadowThresholds;
import io.weathervane.signal.PrometheusQuerySpec;
import io.weathervane.signal.SignalConfig;
import io.weathervane.tool.AccessRule;
import io.weathervane.tool.AccessRules;
import io.weathervane.tool.CallerRole;
import io.weathervane.tool.NameGlob;
import io.weathervane.tool.OperationsScope;
import io.weathervane.transport.http.CallerLimitOptions;
import io.weathervane.transport.http.HttpAccessOptions;
import io.weathervane.transport.http.HttpBounds;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.HttpTimeouts;
import io.weathervane.transport.http.TlsFiles;
import io.weathervane.upgrade.UpgradeConfig;
import io.weathervane.util.DurationFormat;
import io.weathervane.util.OsUser;
import io.weathervane.util.Workspace;
import io.weathervane.worker.HealthProbeSpec;
import io.weathervane.worker.InheritedEnvironment;
import io.weathervane.worker.JsonRpcToolConfig;
import io.weathervane.worker.LaunchSpec;
import io.weathervane.worker.ProbeCall;
import io.weathervane.worker.RestartPolicy;
import io.weathervane.worker.ServiceName;
import io.weathervane.worker.ToolErrorPolicy;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerProtocol;
import io.weathervane.worker.WorkerRelease;
import io.weathervane.worker.WorkerTimeouts;
import io.weathervane.worker.WorkersConfig;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/** For each record of the configuration: its defaults, and that every key reaches its field. */
class EveryKeyTest {
    @TempDir
    Path folder;

    @Test
    void environmentDefaultsToThePresetOfThatName() throws IOException {
        assertThat(load("").environment()).isEqualTo(EnvironmentPreset.DEFAULT);
    }

    @Test
    void environmentMaps() throws IOException {
        for (EnvironmentPreset preset : EnvironmentPreset.values()) {
            Config config = load("environment: " + preset.wireName());
            assertThat(config.environment()).isEqualTo(preset);
            assertThat(config.first().monitor().preset()).isEqualTo(preset.policy());
        }
    }

    @ParameterizedTest
    @CsvSource({
        "default, 0.20, 600, 2",
        "production, 0.15, 900, 1",
        "staging, 0.25, 300, 2",
        "development, 0.50, 120, 3",
    })
    void presetsAreTheRunbooks(String name, double threshold, long graceSeconds, int consecutive) throws IOException {
        MonitorPolicy preset = load("environment: " + name).first().monitor().preset();

        assertThat(preset.errorRateThreshold()).isEqualTo(threshold);
        assertThat(preset.gracePeriod()).isEqualTo(Duration.ofSeconds(graceSeconds));
        assertThat(preset.consecutiveFailures()).isEqualTo(consecutive);
        assertThat(preset.checkInterval()).isEqualTo(Duration.ofSeconds(30));
        assertThat(preset.degradedInterval()).isEqualTo(Duration.ofSeconds(5));
        assertThat(preset.checkWindow()).isEqualTo(5);
        assertThat(preset.failureCount()).isEqualTo(3);
        assertThat(preset.minRequests()).isEqualTo(20);
    }

    @Test
    void operationsAreOneWordOrOneForEachWayIn() throws IOException {
        assertThat(load("").operations()).isEqualTo(new OfferedOperations(OperationsScope.ALL, OperationsScope.ALL));
        assertThat(load("operations: none").operations())
                .isEqualTo(new OfferedOperations(OperationsScope.NONE, OperationsScope.NONE));
        assertThat(load("operations: {stdio: safe}").operations())
                .isEqualTo(new OfferedOperations(OperationsScope.SAFE, OperationsScope.ALL));
        assertThat(load("operations: {stdio: none, http: safe}").operations())
                .isEqualTo(new OfferedOperations(OperationsScope.NONE, OperationsScope.SAFE));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        operations: some            | operations must be one of all, safe, none, was "some"
        operations: save            | did you mean safe?
        operations: [all]           | operations must be one of all, safe, none, was ["all"]
        operations: {http: sure}    | operations.http must be one of all, safe, none, was "sure"
        operations: {socket: none}  | operations.socket is not a known key
        """)
    void operationsAreRefusedWithWhatIsAllowed(String yaml, String why) {
        assertThatThrownBy(() -> load(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(why);
    }

    @Test
    void everyKeyOfAccessMapsAtTheTopAndOfAService() throws IOException {
        AccessRules rules = load("""
            access:
              - {roles: [viewer, approver], allow: ["*_status"], deny: [kill_*, echo]}
              - {principals: [ada, "bob@id.example.org"], deny: ["*"]}
              - {scopes: ["tools:read"], allow: [get_*]}
            workers:
              access: [{principals: [local], deny: [echo]}]
            """).callers().access();

        AccessRule ofWorkers = rule(Set.of(), Set.of("local"), Set.of(), List.of(), List.of("echo"));
        assertThat(rules)
                .isEqualTo(new AccessRules(
                        List.of(
                                rule(
                                        Set.of(CallerRole.VIEWER, CallerRole.APPROVER),
                                        Set.of(),
                                        Set.of(),
                                        List.of("*_status"),
                                        List.of("kill_*", "echo")),
                                rule(Set.of(), Set.of("ada", "bob@id.example.org"), Set.of(), List.of(), List.of("*")),
                                rule(Set.of(), Set.of(), Set.of("tools:read"), List.of("get_*"), List.of())),
                        Map.of("default", List.of(ofWorkers), "", List.of(ofWorkers))));
        assertThat(load("").callers().access()).isEqualTo(AccessRules.none());
        assertThat(load("""
                services:
                  pay: {access: [{roles: [viewer], deny: [a]}], releases: {one: {command: [cat]}}}
                  find: {releases: {one: {command: [cat]}}}
                """).callers().access().ofServices()).containsOnlyKeys("pay");
    }

    @Test
    void theKillSwitchBlocksNoCallsUnlessItIsSaidWhich() throws IOException {
        assertThat(load("").callers().killSwitchBlocks()).isEqualTo(KillSwitchBlocks.NONE);
        assertThat(load("killSwitch: {blocks: writes}").callers().killSwitchBlocks())
                .isEqualTo(KillSwitchBlocks.WRITES);
        assertThat(load("killSwitch: {blocks: all}").callers().killSwitchBlocks())
                .isEqualTo(KillSwitchBlocks.ALL);
        assertThatThrownBy(() -> load("killSwitch: {blocks: everything}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("killSwitch.blocks must be one of none, writes, all, was \"everything\"");
    }

    private static AccessRule rule(
            Set<CallerRole> roles, Set<String> principals, Set<String> scopes, List<String> allow, List<String> deny) {
        return new AccessRule(
                new AccessRule.Callers(roles, principals, scopes),
                allow.stream().map(NameGlob::new).toList(),
                deny.stream().map(NameGlob::new).toList());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        access: [{}]                                                | access[0] is about no caller: a rule has one of roles, principals, scopes
        access: [{roles: [], deny: [a]}]                            | access[0] is about no caller
        access: [{deny: [a]}]                                       | access[0] is about no caller
        access: [{roles: [viewer], principals: [ada], deny: [a]}]   | access[0] is about callers in more than one way
        access: [{roles: [viewer]}]                                 | access[0] says nothing: a rule has allow, deny or both
        access: [{roles: [viewer], allow: [], deny: []}]            | access[0] says nothing
        access: [{roles: [veiwer], deny: [a]}]                      | access[0].roles must have only viewer, operator, approver, has "veiwer"; did you mean viewer?
        access: [{principals: [""], deny: [a]}]                     | access[0].principals must have only names
        access: [{roles: [viewer], deny: ["a b"]}]                  | access[0].deny must have only patterns of tools' names (1 to 128 visible characters without spaces; * is any, ? is one), has "a b"
        access: [{roles: [viewer], deny: [a], alow: [b]}]           | access[0].alow is not a known key; did you mean allow?
        access: {roles: [viewer]}                                   | access must be a list
        workers: {access: [{roles: [viewer]}]}                      | workers.access[0] says nothing
        """)
    void aRuleOfAccessThatSaysNothingOrTheWrongThingIsRefused(String yaml, String why) {
        assertThatThrownBy(() -> load(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(why);
    }

    @Test
    void theCommandLineSaysOverTheFileWhatIsOfferedAndTheFileOverTheCommandsOwnDefault() throws IOException {
        Files.writeString(folder.resolve("weathervane.yaml"), "operations: {http: none}");

        assertThat(offered(Optional.empty(), OperationsScope.SAFE))
                .isEqualTo(new OfferedOperations(OperationsScope.SAFE, OperationsScope.NONE));
        assertThat(offered(Optional.of("all"), OperationsScope.SAFE))
                .isEqualTo(new OfferedOperations(OperationsScope.ALL, OperationsScope.ALL));
        assertThatThrownBy(() -> offered(Optional.of("everything"), OperationsScope.SAFE))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("--operations must be one of all, safe, none, was \"everything\"");
    }

    private OfferedOperations offered(Optional<String> typed, OperationsScope usual) {
        CliOverrides none = CliOverrides.none();
        CliOverrides overrides = new CliOverrides(
                none.files(),
                none.environment(),
                none.listen(),
                new CliOverrides.Offer(false, typed, usual),
                none.release(),
                none.callTimeout());
        return ConfigReader.read(Workspace.in(folder), Map.of(), overrides).operations();
    }

    @Test
    void serverHasItsDefaults() throws IOException {
        assertThat(load("server: {}").server())
                .isEqualTo(new ServerConfig(
                        HttpOptions.of("127.0.0.1", 3000), HttpAccessOptions.local(), false, Optional.empty()));
    }

    @Test
    void everyKeyOfTheServerMaps() throws IOException {
        Path base = root();

        ServerConfig server = load("""
            server:
              host: 0.0.0.0
              port: 0
              allowedHosts: [Ops.example.org, "ops.example.org:8443"]
              allowedOrigins: ["https://console.example.org"]
              readOnly: true
              auth:
                tokens: {file: tokens.json}
                oauth:
                  issuer: https://id.example.org/realms/ops
                  resource: https://ops.example.org/mcp
                  audiences: [api-ops]
                  jwks: https://id.example.org/keys
                  algorithms: [ES256]
                  principalClaim: email
                  scopes: {viewer: see, operator: do, approver: grant}
                  clockSkew: 5s
              trustLoopback: true
              operatorsGroup: operators
              tls: {certificate: chain.pem, key: key.pem}
              limits:
                connections: 10
                headerBytes: 4096
                bodyBytes: 2MiB
                maxConcurrentRequests: 11
                maxConcurrentRequestsPerCaller: 12
                maxRequestsPerSecondPerCaller: 13
                maxFailedAuthPerMinute: 14
            """).server();

        OAuthOptions oauth = new OAuthOptions(
                "https://id.example.org/realms/ops",
                URI.create("https://ops.example.org/mcp"),
                Optional.of(URI.create("https://id.example.org/keys")),
                Optional.empty(),
                new OAuthTokenPolicy(
                        Set.of("api-ops"),
                        List.of("ES256"),
                        "email",
                        Map.of(CallerRole.VIEWER, "see", CallerRole.OPERATOR, "do", CallerRole.APPROVER, "grant"),
                        Duration.ofSeconds(5)));
        assertThat(server)
                .isEqualTo(new ServerConfig(
                        new HttpOptions("0.0.0.0", 0, HttpBounds.defaults().with(10, 4096), HttpTimeouts.defaults()),
                        new HttpAccessOptions(
                                new AuthConfig(Optional.of(base.resolve("tokens.json")), Optional.of(oauth)),
                                Set.of("ops.example.org", "ops.example.org:8443"),
                                Set.of("https://console.example.org"),
                                true,
                                Optional.of(new TlsFiles(base.resolve("chain.pem"), base.resolve("key.pem"))),
                                new CallerLimitOptions(11, 12, 13, 14, 2 * 1024 * 1024)),
                        true,
                        Optional.of("operators")));
    }

    @Test
    void anIssuerNeedsLittleMoreThanItsName() throws IOException {
        HttpAccessOptions access = load("""
            server:
              auth:
                oauth:
                  issuer: http://127.0.0.1:9000
                  resource: https://ops.example.org/mcp
                  jwks: keys.json
            """).server().access();
        OAuthOptions oauth = access.auth().oauth().orElseThrow();

        assertThat(access.hosts()).containsExactly("ops.example.org");
        assertThat(oauth.tokens().audiences()).containsExactly("https://ops.example.org/mcp");
        assertThat(oauth.keysFile()).hasValue(root().resolve("keys.json"));
        assertThat(oauth.tokens().algorithms()).containsExactly("RS256", "PS256", "ES256", "ES384");
        assertThat(oauth.tokens().principalClaim()).isEqualTo("sub");
        assertThat(oauth.tokens().scopes())
                .isEqualTo(Map.of(
                        CallerRole.VIEWER, "weathervane:view",
                        CallerRole.OPERATOR, "weathervane:operate",
                        CallerRole.APPROVER, "weathervane:approve"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        server: {auth: {}} | server.auth has nothing in it
        server: {auth: {tokens: {}}} | server.auth.tokens.file is missing
        server: {auth: {oauth: {issuer: "https://i.example", jwks: k, resource: "http://ops.example/mcp"}}} | server.auth.oauth.resource must be an https address
        server: {auth: {oauth: {issuer: "http://i.example", jwks: k, resource: "https://o.example"}}} | server.auth.oauth.issuer must be an https address
        server: {auth: {oauth: {issuer: "https://i.example", jwks: "http://k.example", resource: "https://o.example"}}} | server.auth.oauth.jwks must be an https address
        server: {auth: {oauth: {issuer: "https://i.example", jwks: k, resource: "https://o.example", algorithms: [HS256]}}} | has HS256
        server: {auth: {oauth: {issuer: "https://i.example", jwks: k, resource: "https://o.example", algorithms: [none]}}} | has none
        server: {auth: {oauth: {issuer: "https://i.example", jwks: k, resource: "https://o.example", scopes: {viewer: "a b"}}}} | cannot have
        server: {tls: {key: k.pem}} | server.tls.certificate is missing
        server: {allowedHosts: ["https://ops.example"]} | server.allowedHosts must be names
        server: {allowedOrigins: ["ops.example"]} | server.allowedOrigins must be origins
        server: {limits: {connections: 0}} | server.limits.connections must be a whole number from 1
        server: {limits: {conections: 1}} | did you mean connections?
        """)
    void aDoorThatCannotBeMeantIsRefused(String yaml, String why) {
        assertThatThrownBy(() -> load(yaml)).isInstanceOf(ConfigException.class).hasMessageContaining(why);
    }

    @Test
    void monitorHasItsDefaults() throws IOException {
        assertThat(load("monitor: {}").first().monitor())
                .isEqualTo(new MonitorConfig(
                        MonitorMode.ACT, MonitorPresets.DEFAULT, PolicyOverrides.none(), PolicyOverrides.none()));
    }

    @Test
    void everyKeyOfTheMonitorMaps() throws IOException {
        MonitorConfig monitor = load("""
            monitor:
              mode: observe
              checkInterval: 500ms
              gracePeriod: 1h
              errorRateThreshold: 0.15
              consecutiveFailures: 4
              checkWindow: 9
              failureCount: 7
              minRequests: 11
              restoreOnEscalation: false
              replayBeforeRollback: false
            """).first().monitor();

        assertThat(monitor)
                .isEqualTo(new MonitorConfig(
                                MonitorMode.OBSERVE,
                                MonitorPresets.DEFAULT,
                                PolicyOverrides.none()
                                        .with(PolicyKey.CHECK_INTERVAL, Duration.ofMillis(500))
                                        .with(PolicyKey.GRACE_PERIOD, Duration.ofHours(1))
                                        .with(PolicyKey.ERROR_RATE_THRESHOLD, 0.15)
                                        .with(PolicyKey.CONSECUTIVE_FAILURES, 4)
                                        .with(PolicyKey.CHECK_WINDOW, 9)
                                        .with(PolicyKey.FAILURE_COUNT, 7)
                                        .with(PolicyKey.MIN_REQUESTS, 11)
                                        .withRestoreOnEscalation(Optional.of(false)),
                                PolicyOverrides.none())
                        .withReplayBeforeRollback(false));
    }

    @Test
    void everyVariableOfTheMonitorMaps() throws IOException {
        Map<String, String> variables = Map.of(
                "WVO_ROLLBACK_ERROR_THRESHOLD", "0.15",
                "WVO_ROLLBACK_GRACE_PERIOD_MS", "900000",
                "WVO_ROLLBACK_CHECK_INTERVAL_MS", "250",
                "WVO_ROLLBACK_CONSECUTIVE_FAILURES", "1",
                "WVO_ROLLBACK_CHECK_WINDOW", "8",
                "WVO_ROLLBACK_FAILURE_COUNT", "6",
                "WVO_ROLLBACK_MIN_REQUESTS", "5");

        Config config = load("monitor: {errorRateThreshold: 0.5}", variables);

        assertThat(config.warnings()).isEmpty();
        assertThat(config.first().monitor().file())
                .isEqualTo(PolicyOverrides.none().with(PolicyKey.ERROR_RATE_THRESHOLD, 0.5));
        assertThat(config.first().monitor().environment())
                .isEqualTo(PolicyOverrides.none()
                        .with(PolicyKey.CHECK_INTERVAL, Duration.ofMillis(250))
                        .with(PolicyKey.GRACE_PERIOD, Duration.ofMinutes(15))
                        .with(PolicyKey.ERROR_RATE_THRESHOLD, 0.15)
                        .with(PolicyKey.CONSECUTIVE_FAILURES, 1)
                        .with(PolicyKey.CHECK_WINDOW, 8)
                        .with(PolicyKey.FAILURE_COUNT, 6)
                        .with(PolicyKey.MIN_REQUESTS, 5));
    }

    @ParameterizedTest(name = "{0}={1}")
    @CsvSource({
        "WVO_ROLLBACK_ERROR_THRESHOLD, 1.5",
        "WVO_ROLLBACK_ERROR_THRESHOLD, NaN",
        "WVO_ROLLBACK_ERROR_THRESHOLD, high",
        "WVO_ROLLBACK_ERROR_THRESHOLD, 0",
        "WVO_ROLLBACK_CHECK_INTERVAL_MS, 0",
        "WVO_ROLLBACK_CHECK_INTERVAL_MS, 30.5",
        "WVO_ROLLBACK_CONSECUTIVE_FAILURES, -1",
        "WVO_ROLLBACK_CHECK_WINDOW, 1e9",
        "WVO_ROLLBACK_FAILURE_COUNT, ''",
        "WVO_ROLLBACK_MIN_REQUESTS, 0",
        "WVO_ROLLBACK_GRACE_PERIOD_MS, 10m",
        "WVO_ROLLBACK_CHECK_WINDOW, 101"
    })
    void refusesABadVariable(String name, String value) {
        assertThatThrownBy(() -> load("", Map.of(name, value)))
                .isInstanceOf(ConfigException.class)
                .hasMessageStartingWith("the environment variable " + name + " must be")
                .hasMessageEndingWith("was \"" + value + "\"");
    }

    @Test
    void warnsOfAVariableThatMeansNothing() throws IOException {
        assertThat(load("", Map.of("WVO_ROLLBACK_EROR_THRESHOLD", "0.1")).warnings())
                .containsExactly("the environment variable WVO_ROLLBACK_EROR_THRESHOLD is not known and has no effect;"
                        + " did you mean WVO_ROLLBACK_ERROR_THRESHOLD?");
    }

    @Test
    void thereAreNoSignalsByDefault() throws IOException {
        assertThat(load("").first().signals()).isEmpty();
        assertThat(load("signals: []").first().signals()).isEmpty();
    }

    @Test
    void everyKeyOfASignalMaps() throws IOException {
        List<SignalConfig> signals =
                load("""
            signals:
              - name: checkout-errors
                prometheus: {url: "http://127.0.0.1:9090/prom", query: "sum(up)"}
                interval: 15s
                degradeAbove: 0.01
                degradeBelow: -1
                rollbackAbove: 0.05
                rollbackBelow: -2
                escalateAbove: 0.5
                escalateBelow: -3.5
                service: default
              - {name: pager, secretEnv: PAGER}
              - {name: plain, prometheus: {url: "https://p.example", query: up}, rollbackBelow: 1}
            """, Map.of("PAGER", "s3cr3t")).first().signals();

        assertThat(signals)
                .containsExactly(
                        new SignalConfig(
                                "checkout-errors",
                                Optional.of(
                                        new PrometheusQuerySpec(URI.create("http://127.0.0.1:9090/prom"), "sum(up)")),
                                Optional.empty(),
                                Duration.ofSeconds(15),
                                List.of(
                                        new SignalLimit(DecisionAction.DEGRADE, Comparison.ABOVE, 0.01),
                                        new SignalLimit(DecisionAction.DEGRADE, Comparison.BELOW, -1),
                                        new SignalLimit(DecisionAction.ROLLBACK, Comparison.ABOVE, 0.05),
                                        new SignalLimit(DecisionAction.ROLLBACK, Comparison.BELOW, -2),
                                        new SignalLimit(DecisionAction.ESCALATE, Comparison.ABOVE, 0.5),
                                        new SignalLimit(DecisionAction.ESCALATE, Comparison.BELOW, -3.5)),
                                ServiceName.DEFAULT),
                        new SignalConfig(
                                "pager",
                                Optional.empty(),
                                Optional.of("s3cr3t"),
                                Duration.ofMinutes(5),
                                List.of(),
                                ServiceName.DEFAULT),
                        new SignalConfig(
                                "plain",
                                Optional.of(new PrometheusQuerySpec(URI.create("https://p.example"), "up")),
                                Optional.empty(),
                                Duration.ofSeconds(30),
                                List.of(new SignalLimit(DecisionAction.ROLLBACK, Comparison.BELOW, 1)),
                                ServiceName.DEFAULT));
        assertThat(signals.toString()).doesNotContain("s3cr3t");
    }

    @Test
    void aSignalWithoutASecretIsPostedWithATokenWhereThereAreTokens() throws IOException {
        assertThat(load("""
            server: {auth: {tokens: {file: tokens.json}}}
            signals: [{name: pager}]
            """).first().signals()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
        signals: {name: a}                                                   | signals must be a list
        signals: [a]                                                         | signals[0] must be a mapping
        signals: [{secretEnv: S}]                                            | signals[0].name is missing
        signals: [{name: "a b", secretEnv: S}]                               | signals[0].name must be up to 64 letters
        signals: [{name: a, secretEnv: S}, {name: a, secretEnv: S}]          | signals has the name a twice
        signals: [{name: a, secretEnv: NOPE}]                                | signals[0].secretEnv names the environment variable NOPE, which is not set
        signals: [{name: a}]                                                 | signals[0] can come from nowhere: give prometheus, or secretEnv
        signals: [{name: a, prometheus: {query: up}, degradeAbove: 1}]       | signals[0].prometheus.url is missing
        signals: [{name: a, prometheus: {url: "http://p", query: ""}, degradeAbove: 1}] | signals[0].prometheus.query must not be empty
        signals: [{name: a, prometheus: {url: "http://p"}, degradeAbove: 1}] | signals[0].prometheus.query is missing
        signals: [{name: a, prometheus: {url: "ftp://p", query: up}, degradeAbove: 1}] | signals[0].prometheus.url must be an http or https URL
        signals: [{name: a, prometheus: {url: "http://u:p@h", query: up}, degradeAbove: 1}] | without a user name or password
        signals: [{name: a, prometheus: {url: "http://p", query: up}}]       | does not say what of it matters: give one of degradeAbove, degradeBelow, rollbackAbove
        signals: [{name: a, secretEnv: S, rollbackAbove: high}]              | signals[0].rollbackAbove must be a number
        signals: [{name: a, secretEnv: S, rollbackAbove: .nan}]              | signals[0].rollbackAbove must be a number
        signals: [{name: a, secretEnv: S, rolbackAbove: 1}]                  | signals[0].rolbackAbove is not a known key; did you mean rollbackAbove?
        signals: [{name: a, secretEnv: S, interval: 10ms}]                   | signals[0].interval must be from 100ms to 1d
        signals: [{name: a, secretEnv: S, service: other}]                   | signals[0].service must be one of default
        """)
    void aSignalThatCannotBeMeantIsRefused(String yaml, String why) {
        assertThatThrownBy(() -> load(yaml, Map.of("S", "s")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("weathervane.yaml")
                .hasMessageContaining(why);
    }

    @Test
    void tooManySignalsAreRefused() {
        String many = IntStream.range(0, 11)
                .mapToObj(i -> "{name: s" + i + ", secretEnv: S}")
                .collect(Collectors.joining(", ", "signals: [", "]"));

        assertThatThrownBy(() -> load(many, Map.of("S", "s")))
                .hasMessageContaining("signals has 11 signals; at most 10 may be");
    }

    @Test
    void workersHaveTheirDefaults() throws IOException {
        assertThat(load("workers: {}").first().workers())
                .isEqualTo(new WorkersConfig(
                        ServiceName.DEFAULT,
                        Map.of(),
                        new WorkersConfig.InitialRelease(Optional.empty(), false),
                        new WorkerPolicy(
                                ToolErrorPolicy.RELATIVE,
                                new WorkerTimeouts(
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(30),
                                        Duration.ofSeconds(5),
                                        Duration.ofSeconds(5),
                                        Optional.empty()),
                                RestartPolicy.defaults(),
                                64 * 1024 * 1024),
                        "",
                        Duration.ofSeconds(55)));
    }

    @Test
    void everyKeyOfTheWorkersMaps() throws IOException {
        WorkersConfig workers = load("""
            workers:
              initial: b
              toolPrefix: w_
              countToolErrors: false
              drainTimeout: 1s
              startTimeout: 2s
              stopTimeout: 3s
              standbyRetention: 4h
              oldToolListGrace: 7h
              startWait: 5s
              messageBytes: 5MiB
              callTimeout: 6m
              releases:
                a: {command: [x]}
                b: {command: [y]}
            """).first().workers();

        assertThat(workers.initial()).contains("b");
        assertThat(workers.toolPrefix()).isEqualTo("w_");
        assertThat(workers.startWait()).isEqualTo(Duration.ofSeconds(5));
        assertThat(workers.policy())
                .isEqualTo(new WorkerPolicy(
                        ToolErrorPolicy.IGNORED,
                        new WorkerTimeouts(
                                Duration.ofSeconds(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofSeconds(5),
                                Optional.of(Duration.ofHours(4)),
                                Duration.ofHours(7)),
                        RestartPolicy.defaults(),
                        5 * 1024 * 1024));
        assertThat(workers.releases().get("a").callTimeout()).isEqualTo(Duration.ofMinutes(6));
        assertThat(workers.releases().keySet()).containsExactly("a", "b");
    }

    @ParameterizedTest
    @CsvSource({"relative, RELATIVE", "true, COUNTED", "false, IGNORED"})
    void toolErrorsCountAsTheConfigurationSays(String value, ToolErrorPolicy meaning) throws IOException {
        assertThat(load("workers: {countToolErrors: " + value + "}")
                        .first()
                        .workers()
                        .policy()
                        .toolErrors())
                .isEqualTo(meaning);
    }

    @Test
    void theOnlyReleaseIsTheInitialOne() throws IOException {
        assertThat(load("workers: {releases: {only: {command: [x]}}}")
                        .first()
                        .workers()
                        .initial())
                .contains("only");
    }

    @Test
    void aReleaseHasItsDefaults() throws IOException {
        WorkersConfig workers =
                load("workers: {initial: a, releases: {a: {command: [x]}, b: {kind: json-rpc, command: [x]}}}")
                        .first()
                        .workers();

        assertThat(workers.releases().get("a"))
                .isEqualTo(new WorkerRelease(
                        "a",
                        WorkerProtocol.MCP,
                        LaunchSpec.of(List.of("x")).in(Optional.of(root())),
                        new HealthProbeSpec("ping", Duration.ofSeconds(5), Duration.ofSeconds(1)),
                        Duration.ofMinutes(10),
                        List.of()));
        assertThat(workers.releases().get("b").probe().method()).isEqualTo("health");
    }

    @ParameterizedTest
    @CsvSource({"A-B,not the name", "'',not the name", "WVO_TOKEN,the server's own"})
    void aVariableThatNoWorkerMayInheritIsRefused(String name, String why) {
        assertThatThrownBy(
                        () -> load("workers: {releases: {a: {command: [x], inheritEnvironment: [\"" + name + "\"]}}}"))
                .hasMessageContaining("inheritEnvironment")
                .hasMessageContaining(why);
    }

    @Test
    void everyKeyOfAReleaseMaps() throws IOException {
        Files.createDirectory(folder.resolve("work"));

        WorkerRelease release = load("""
            workers:
              releases:
                v1.2_a:
                  kind: json-rpc
                  command: [java, -jar, "worker 1.jar"]
                  environment: {A: b, C_D: "1"}
                  inheritEnvironment: [API_KEY, REGION]
                  folder: work
                  callTimeout: 7s
                  probe: {method: alive, timeout: 2s, retryAfter: 20ms}
                  tools:
                    - {name: forecast, description: Says., method: wx.forecast, inputSchema: {type: object, required: [city]}}
            """).first().workers().releases().get("v1.2_a");

        assertThat(release)
                .isEqualTo(new WorkerRelease(
                        "v1.2_a",
                        WorkerProtocol.JSON_RPC,
                        new LaunchSpec(
                                List.of("java", "-jar", "worker 1.jar"),
                                Map.of("A", "b", "C_D", "1"),
                                Optional.of(root().resolve("work")),
                                Optional.empty(),
                                InheritedEnvironment.of(Set.of("API_KEY", "REGION"))),
                        new HealthProbeSpec("alive", Duration.ofSeconds(2), Duration.ofMillis(20)),
                        Duration.ofSeconds(7),
                        List.of(new JsonRpcToolConfig(
                                "forecast",
                                "Says.",
                                JsonMapper.shared()
                                        .readValue("{\"type\":\"object\",\"required\":[\"city\"]}", ObjectNode.class),
                                "wx.forecast"))));
    }

    @Test
    void theUserOfAReleaseIsOneThatTheServerCanRunItAs() throws IOException {
        String own = OsUser.name();

        assertThat(load("workers: {releases: {a: {command: [x], user: " + own + "}}}")
                        .first()
                        .workers()
                        .releases()
                        .get("a")
                        .user())
                .contains(own);
        assertThatThrownBy(() -> load("workers: {releases: {a: {command: [x], user: no-such-user-here}}}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("workers.releases.a.user")
                .hasMessageContaining("no-such-user-here, which is no user of this system");
    }

    @Test
    void aToolHasItsDefaults() throws IOException {
        JsonRpcToolConfig tool = load("workers: {releases: {a: {kind: json-rpc, command: [x], tools: [{name: t}]}}}")
                .first()
                .workers()
                .releases()
                .get("a")
                .tools()
                .get(0);

        assertThat(tool.method()).isEqualTo("t");
        assertThat(tool.description()).isEmpty();
        assertThat(tool.inputSchema().toString()).isEqualTo("{\"type\":\"object\"}");
    }

    @Test
    void upgradesHaveTheirDefaults() throws IOException {
        assertThat(load("upgrade: {}").first().upgrade())
                .isEqualTo(new UpgradeConfig(
                        Map.of(),
                        Map.of(),
                        new ShadowComparisonConfig(
                                List.of(),
                                50,
                                Duration.ZERO,
                                List.of(),
                                List.of(),
                                new ShadowThresholds(Duration.ofSeconds(10), 0.0, 5.0, 3)),
                        Optional.empty()));
        assertThat(load("environment: staging").first().upgrade()).isEqualTo(UpgradeConfig.defaults());
    }

    @Test
    void everyKeyOfUpgradesMaps() throws IOException {
        UpgradeConfig upgrade = load("""
            upgrade:
              probes:
                - {tool: get_forecast, arguments: {city: Bern}}
                - {tool: list_cities}
              ignoreFields: [/structuredContent/time, requestId]
              acceptedChanges:
                - {tool: get_forecast, kind: removed}
                - {tool: get_forecast, kind: schema-changed}
                - {tool: set_flag, kind: annotation-flipped}
              replay: 7
              mirrorDuration: 5m
              callTimeout: 3s
              maxDifferenceRatio: 0.25
              maxLatencyFactor: 2.5
              probeInterval: 20s
              steps: {compile: "npm run build", check: npm test}
            """).first().upgrade();

        ObjectNode bern = JsonMapper.shared().createObjectNode().put("city", "Bern");
        assertThat(upgrade)
                .isEqualTo(new UpgradeConfig(
                        Map.of(),
                        Map.of("compile", "npm run build", "check", "npm test"),
                        new ShadowComparisonConfig(
                                List.of(
                                        new ProbeCall("get_forecast", bern),
                                        new ProbeCall(
                                                "list_cities",
                                                JsonMapper.shared().createObjectNode())),
                                7,
                                Duration.ofMinutes(5),
                                List.of("/structuredContent/time", "requestId"),
                                List.of(
                                        new AcceptedToolChange("get_forecast", AcceptedToolChange.Kind.REMOVED),
                                        new AcceptedToolChange("get_forecast", AcceptedToolChange.Kind.SCHEMA_CHANGED),
                                        new AcceptedToolChange("set_flag", AcceptedToolChange.Kind.ANNOTATION_FLIPPED)),
                                new ShadowThresholds(Duration.ofSeconds(3), 0.25, 2.5, 3)),
                        Optional.of(Duration.ofSeconds(20))));
    }

    @Test
    void aWatchSendsTheProbesOfUpgrades() throws IOException {
        String yaml = "upgrade: {probes: [{tool: get_forecast}], probeInterval: 20s, callTimeout: 3s}";

        assertThat(load(yaml).first().monitor().probes())
                .isEqualTo(new WatchProbeConfig(
                        List.of(new ProbeCall(
                                "get_forecast", JsonMapper.shared().createObjectNode())),
                        Optional.of(Duration.ofSeconds(20)),
                        Duration.ofSeconds(3)));
        assertThat(load("upgrade: {probes: [{tool: get_forecast}]}")
                        .first()
                        .monitor()
                        .probes()
                        .isOn())
                .as("without an interval")
                .isFalse();
        assertThat(load("upgrade: {probeInterval: 20s}")
                        .first()
                        .monitor()
                        .probes()
                        .isOn())
                .as("without a probe")
                .isFalse();
    }

    @Test
    void aWatchSendsNoMoreProbesThanItCanCount() {
        String probes = IntStream.rangeClosed(0, WatchProbeConfig.PROBES_MAX)
                .mapToObj(number -> "{tool: t" + number + "}")
                .collect(Collectors.joining(", ", "upgrade: {probes: [", "]"));

        assertThatThrownBy(() -> load(probes + ", probeInterval: 20s}"))
                .hasMessageContaining("upgrade.probes must have at most 50 entries")
                .hasMessageContaining("has 51");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{probeInterval: 50ms} | upgrade.probeInterval must be from 100ms to 1h, was \"50ms\"",
                "{probeInterval: often} | upgrade.probeInterval must be a duration such as 500ms",
                "{probes: [{arguments: {}}]} | upgrade.probes[0].tool is missing",
                "{probes: [{tool: a, argument: {}}]} | did you mean arguments?",
                "{ignoreFields: [a, a]} | upgrade.ignoreFields names \"a\" twice",
                "{ignoreFields: ['']} | give a field's name, or a JSON Pointer",
                "{acceptedChanges: [get_forecast removed]} | upgrade.acceptedChanges[0] must be a mapping, was"
                        + " \"get_forecast removed\"",
                "{acceptedChanges: [{kind: removed}]} | upgrade.acceptedChanges[0].tool is missing: name a tool of the"
                        + " active worker",
                "{acceptedChanges: [{tool: '', kind: removed}]} | upgrade.acceptedChanges[0].tool must not be empty",
                "{acceptedChanges: [{tool: a}]} | upgrade.acceptedChanges[0].kind is missing: one of removed,"
                        + " schema-changed, annotation-flipped, fixed",
                "{acceptedChanges: [{tool: a, kind: added}]} | upgrade.acceptedChanges[0].kind must be one of removed,"
                        + " schema-changed, annotation-flipped, fixed, was \"added\"",
                "{acceptedChanges: [{tool: a, kind: schema-change}]} | did you mean schema-changed?",
                "{acceptedChanges: [{tool: a, change: removed}]} | upgrade.acceptedChanges[0].kind is missing",
                "{acceptedChanges: [{tool: a, kind: removed, why: b}]} | upgrade.acceptedChanges[0].why is not a known"
                        + " key",
                "{acceptedChanges: [{tool: a, kind: removed}, {tool: a, kind: removed}]} | upgrade.acceptedChanges"
                        + " names \"a\" with removed twice",
                "{replay: 501} | upgrade.replay must be a whole number from 0 to 500",
                "{mirrorDuration: 25h} | upgrade.mirrorDuration must be from 0ms to 1d",
                "{callTimeout: 1ms} | upgrade.callTimeout must be from 10ms to 10m",
                "{maxDifferenceRatio: 1.5} | upgrade.maxDifferenceRatio must be from 0 to 1, was 1.5",
                "{steps: {'a b': make}} | upgrade.steps has the name \"a b\"",
                "{steps: {compile: ' '}} | upgrade.steps has no command for compile",
                "{maxLatencyFactor: 0.5} | upgrade.maxLatencyFactor must be from 1 to 1000, was 0.5"
            })
    void whatUpgradesCannotBeIsRefused(String yaml, String why) {
        assertThatThrownBy(() -> load("upgrade: " + yaml))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(why);
    }

    @Test
    void aServiceHasItsContract() throws IOException {
        Config config = load("""
            workers:
              contract: {file: reviewed/contract.json}
              releases: {a: {command: [x]}}
            services:
              search:
                contract: {file: search.json, onDrift: refuse}
                releases: {a: {command: [x]}}
              files: {releases: {a: {command: [x]}}}
            """);

        assertThat(config.services())
                .extracting(ServiceConfig::contract)
                .containsExactly(
                        Optional.of(new ContractConfig(
                                folder.toRealPath().resolve("reviewed/contract.json"), ContractConfig.OnDrift.ALERT)),
                        Optional.of(new ContractConfig(
                                folder.toRealPath().resolve("search.json"), ContractConfig.OnDrift.REFUSE)),
                        Optional.empty());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "{onDrift: block} | workers.contract.file is missing: name the file that `weathervane contract write` made",
                "{file: a, onDrift: stop} | workers.contract.onDrift must be one of alert, block, refuse, was \"stop\"",
                "{file: a, ondrift: block} | workers.contract.ondrift is not a known key"
            })
    void aContractThatCannotBeMeantIsRefused(String contract, String why) {
        assertThatThrownBy(() -> load("workers: {contract: " + contract + ", releases: {a: {command: [x]}}}"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(why);
    }

    @Test
    void moreAcceptedChangesThanAVersionCanMeanAreRefused() throws IOException {
        assertThat(load(accepting(100)).first().upgrade().shadow().accepted()).hasSize(100);
        assertThatThrownBy(() -> load(accepting(101)))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("upgrade.acceptedChanges must have at most 100 entries, has 101");
    }

    private static String accepting(int changes) {
        return IntStream.range(0, changes)
                .mapToObj(index -> "{tool: tool_" + index + ", kind: removed}")
                .collect(Collectors.joining(", ", "upgrade: {acceptedChanges: [", "]}"));
    }

    @Test
    void aFlagHasItsDefaults() throws IOException {
        assertThat(load("flags: [{key: A, type: boolean, default: \"1\"}]").flags())
                .containsExactly(new FlagDefinition("A", open(FlagType.BOOLEAN), "1", ""));
    }

    @Test
    void everyKeyOfAFlagMaps() throws IOException {
        List<FlagDefinition> flags = load("""
            flags:
              - {key: PLANNER, type: enum, values: [old, new], default: old, description: Which planner.}
              - {key: SHARE, type: number, min: 0, max: 1, default: "0.5", description: How much.}
              - {key: LEVEL, type: integer, min: -3, default: "-2"}
            """).flags();

        assertThat(flags)
                .containsExactly(
                        new FlagDefinition(
                                "PLANNER",
                                new FlagValueRule(
                                        FlagType.ENUM,
                                        List.of("old", "new"),
                                        Double.NEGATIVE_INFINITY,
                                        Double.POSITIVE_INFINITY),
                                "old",
                                "Which planner."),
                        FlagDefinition.ofNumber("SHARE", FlagType.NUMBER, 0, 1, "0.5", "How much."),
                        FlagDefinition.ofNumber("LEVEL", FlagType.INTEGER, -3, Double.POSITIVE_INFINITY, "-2", ""));
    }

    @Test
    void aFlagHasAnOwnerAndALastDay() throws IOException {
        FlagDefinition flag =
                load("flags: [{key: A, type: boolean, default: \"1\", owner: payments, expires: 2027-01-31}]")
                        .flags()
                        .get(0);

        assertThat(flag.lifecycle())
                .isEqualTo(new FlagLifecycle(Optional.of("payments"), Optional.of(LocalDate.of(2027, 1, 31))));
    }

    @Test
    void aLastDayThatIsNoDateIsRefused() {
        assertThatThrownBy(() -> load("flags: [{key: A, type: boolean, default: \"1\", expires: soon}]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("expires must be a date such as 2027-01-31, was \"soon\"");
        assertThatThrownBy(
                        () -> load("flags: [{key: A, type: boolean, default: \"1\", owner: " + "x".repeat(101) + "}]"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("owner must have at most 100 characters");
    }

    private static FlagValueRule open(FlagType type) {
        return new FlagValueRule(type, List.of(), Double.NEGATIVE_INFINITY, Double.POSITIVE_INFINITY);
    }

    @Test
    void aWebhookHasItsDefaults() throws IOException {
        assertThat(load("alerts: {webhooks: [{url: \"https://hooks.example/x\"}]}")
                        .webhooks())
                .containsExactly(new WebhookSinkConfig(
                        URI.create("https://hooks.example/x"), Optional.empty(), Duration.ofSeconds(5)));
    }

    @Test
    void everyKeyOfAWebhookMaps() throws IOException {
        String yaml = "alerts: {webhooks: [{url: \"http://127.0.0.1:9/x\", secretEnv: HOOK_SECRET, timeout: 2s}]}";

        assertThat(load(yaml, Map.of("HOOK_SECRET", "s")).webhooks())
                .containsExactly(new WebhookSinkConfig(
                        URI.create("http://127.0.0.1:9/x"), Optional.of("s"), Duration.ofSeconds(2)));
    }

    @ParameterizedTest
    @CsvSource({"500ms, 500", "30s, 30000", "10m, 600000", "1h, 3600000", "7d, 604800000", "0ms, 0", "1500ms, 1500"})
    void durationsReadAndWriteTheSame(String text, long millis) {
        assertThat(DurationFormat.parse(text)).contains(Duration.ofMillis(millis));
        assertThat(DurationFormat.format(Duration.ofMillis(millis))).isEqualTo(text);
    }

    private Config load(String yaml) throws IOException {
        return load(yaml, Map.of());
    }

    private Config load(String yaml, Map<String, String> environment) throws IOException {
        Files.writeString(folder.resolve("weathervane.yaml"), yaml);
        return ConfigReader.read(Workspace.in(folder), environment, CliOverrides.none());
    }

    private Path root() {
        return Workspace.in(folder).root();
    }
}
