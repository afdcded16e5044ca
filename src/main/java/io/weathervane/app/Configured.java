package io.weathervane.app;

import io.weathervane.alert.WebhookSink;
import io.weathervane.audit.AuditLog;
import io.weathervane.auth.Authentication;
import io.weathervane.auth.OAuthOptions;
import io.weathervane.config.AcceptedChangeSettings;
import io.weathervane.config.AuthSettings;
import io.weathervane.config.Config;
import io.weathervane.config.CountToolErrors;
import io.weathervane.config.LimitSettings;
import io.weathervane.config.MonitorSettings;
import io.weathervane.config.MonitorThresholds;
import io.weathervane.config.OAuthSettings;
import io.weathervane.config.ReleaseSettings;
import io.weathervane.config.ServerSettings;
import io.weathervane.config.ToolSettings;
import io.weathervane.config.UpgradeSettings;
import io.weathervane.config.WorkerSettings;
import io.weathervane.event.EventBus;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.LiveFlags;
import io.weathervane.monitor.PolicyOverrides;
import io.weathervane.rollback.MonitorMode;
import io.weathervane.rollback.PolicySource;
import io.weathervane.rollback.RollbackMonitor;
import io.weathervane.shadow.AcceptedChange;
import io.weathervane.shadow.Recorder;
import io.weathervane.shadow.Shadow;
import io.weathervane.shadow.ShadowLimits;
import io.weathervane.shadow.ShadowPlan;
import io.weathervane.shadow.ShadowProbe;
import io.weathervane.shadow.ToolDifference;
import io.weathervane.store.Database;
import io.weathervane.tool.CallerRole;
import io.weathervane.transport.http.CallerLimits;
import io.weathervane.transport.http.HttpAccess;
import io.weathervane.transport.http.HttpOptions;
import io.weathervane.transport.http.TlsFiles;
import io.weathervane.upgrade.UpgradeDependencies;
import io.weathervane.util.Redactor;
import io.weathervane.util.Ticker;
import io.weathervane.util.Workspace;
import io.weathervane.worker.DeclaredTool;
import io.weathervane.worker.Inheritance;
import io.weathervane.worker.ProbeSpec;
import io.weathervane.worker.RestartPolicy;
import io.weathervane.worker.ToolErrors;
import io.weathervane.worker.WorkerKind;
import io.weathervane.worker.WorkerManager;
import io.weathervane.worker.WorkerPolicy;
import io.weathervane.worker.WorkerRelease;
import java.nio.file.Path;
import java.time.Clock;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The configuration in the words of the packages that need it, which know nothing of files: {@code config} is
 * imported by the wiring alone.
 */
final class Configured {
    private Configured() {}

    static FlagCatalog flags(Config settings) {
        return FlagCatalog.builtIn().with(settings.flags());
    }

    /** @param workspace where a release without a folder of its own runs */
    static Map<String, WorkerRelease> releases(Config settings, Path workspace) {
        WorkerSettings workers = settings.workers();
        Map<String, WorkerRelease> releases = new LinkedHashMap<>();
        workers.releases().forEach((label, release) -> {
            boolean given = workers.initialIsCommand() && workers.initial().equals(Optional.of(label));
            Inheritance inheritance = given
                    ? Inheritance.allBut(secretVariables(settings))
                    : Inheritance.of(release.inheritEnvironment());
            releases.put(label, release(release, workspace, inheritance));
        });
        return releases;
    }

    /** The variables that the configuration names as secrets. */
    private static Set<String> secretVariables(Config settings) {
        return settings.alerts().webhooks().stream()
                .flatMap(hook -> hook.secretEnv().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static WorkerRelease release(ReleaseSettings release, Path workspace, Inheritance inheritance) {
        WorkerKind kind = release.kind() == ReleaseSettings.Kind.MCP ? WorkerKind.MCP : WorkerKind.JSON_RPC;
        return new WorkerRelease(
                release.label(),
                kind,
                release.command(),
                release.environment(),
                Optional.of(release.folder().orElse(workspace)),
                new ProbeSpec(
                        release.probe().method(),
                        release.probe().timeout(),
                        release.probe().retryAfter()),
                release.callTimeout(),
                release.tools().stream().map(Configured::tool).toList(),
                release.user(),
                inheritance);
    }

    private static DeclaredTool tool(ToolSettings tool) {
        return new DeclaredTool(tool.name(), tool.description(), tool.inputSchema(), tool.method());
    }

    private static ToolErrors toolErrors(CountToolErrors setting) {
        return switch (setting) {
            case RELATIVE -> ToolErrors.RELATIVE;
            case TRUE -> ToolErrors.COUNTED;
            case FALSE -> ToolErrors.IGNORED;
        };
    }

    static WorkerPolicy workerOptions(WorkerSettings workers) {
        WorkerPolicy defaults = WorkerPolicy.defaults();
        return new WorkerPolicy(
                toolErrors(workers.countToolErrors()),
                workers.drainTimeout(),
                workers.startTimeout(),
                workers.stopTimeout(),
                defaults.replacementWait(),
                workers.standbyRetention(),
                RestartPolicy.defaults(),
                workers.messageBytes());
    }

    /**
     * What upgrades are made of.
     *
     * @param recorded real calls, for the canary to answer too
     */
    static UpgradeDependencies upgrades(
            Config settings,
            Workspace workspace,
            Database database,
            AuditLog audit,
            LiveFlags flags,
            WorkerManager workers,
            RollbackMonitor monitor,
            PolicySource policy,
            Recorder recorded,
            EventBus events,
            Clock clock,
            Ticker ticker) {
        return new UpgradeDependencies(
                workspace,
                database,
                audit,
                flags,
                workers,
                monitor,
                releases(settings, workspace.root()),
                settings.upgrade().steps(),
                policy::current,
                new Shadow(Redactor::clean, clock, ticker),
                shadowPlan(settings.upgrade()),
                recorded,
                events,
                Product.version(),
                clock,
                ticker);
    }

    static ShadowPlan shadowPlan(UpgradeSettings upgrade) {
        return new ShadowPlan(
                upgrade.probes().stream()
                        .map(probe -> new ShadowProbe(probe.tool(), probe.arguments()))
                        .toList(),
                upgrade.replay(),
                upgrade.mirrorDuration(),
                upgrade.ignoredFields(),
                upgrade.acceptedChanges().stream()
                        .map(change -> new AcceptedChange(change.tool(), kind(change.kind())))
                        .toList(),
                new ShadowLimits(
                        upgrade.callTimeout(),
                        upgrade.maxDifferenceRatio(),
                        upgrade.maxLatencyFactor(),
                        ShadowLimits.FAILURES_MAX));
    }

    private static ToolDifference.Kind kind(AcceptedChangeSettings.Kind kind) {
        return switch (kind) {
            case REMOVED -> ToolDifference.Kind.REMOVED;
            case SCHEMA_CHANGED -> ToolDifference.Kind.SCHEMA_CHANGED;
            case ANNOTATION_FLIPPED -> ToolDifference.Kind.ANNOTATION_FLIPPED;
        };
    }

    /** @throws io.weathervane.rollback.PolicyRefusedException when a threshold is out of range */
    static PolicySource policy(Config settings, Map<String, String> environment, LiveFlags flags) {
        MonitorThresholds file = settings.monitor().file();
        return new PolicySource(settings.environment().wireName(), overrides(file), environment, flags::setting);
    }

    private static PolicyOverrides overrides(MonitorThresholds file) {
        return new PolicyOverrides(
                file.errorRateThreshold().map(OptionalDouble::of).orElseGet(OptionalDouble::empty),
                file.gracePeriod(),
                file.checkInterval(),
                integer(file.consecutiveFailures()),
                integer(file.checkWindow()),
                integer(file.failureCount()),
                file.minRequests().map(number -> OptionalLong.of(number)).orElseGet(OptionalLong::empty),
                file.restoreOnEscalation());
    }

    private static OptionalInt integer(Optional<Integer> value) {
        return value.map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    static HttpOptions http(ServerSettings server) {
        LimitSettings limits = server.limits();
        return HttpOptions.of(server.host(), server.port()).with(limits.connections(), limits.headerBytes());
    }

    /** @throws io.weathervane.auth.TokenFileException when the token file cannot be used */
    static HttpAccess access(ServerSettings server, Clock clock) {
        AuthSettings auth = server.auth();
        LimitSettings limits = server.limits();
        return new HttpAccess(
                auth.isConfigured()
                        ? Optional.of(
                                Authentication.by(auth.tokenFile(), auth.oauth().map(Configured::oauth), clock))
                        : Optional.empty(),
                Set.copyOf(hosts(server)),
                Set.copyOf(server.allowedOrigins()),
                server.trustLoopback(),
                server.tls().map(tls -> new TlsFiles(tls.certificate(), tls.key())),
                new CallerLimits(
                        limits.maxConcurrentRequests(),
                        limits.maxConcurrentRequestsPerCaller(),
                        limits.maxRequestsPerSecondPerCaller(),
                        limits.maxFailedAuthPerMinute(),
                        limits.bodyBytes()));
    }

    /** Clients that go by the resource's address name its host. */
    private static List<String> hosts(ServerSettings server) {
        return Stream.concat(
                        server.allowedHosts().stream(),
                        server.auth().oauth().stream()
                                .map(oauth -> oauth.resource().getRawAuthority().toLowerCase(Locale.ROOT)))
                .toList();
    }

    private static OAuthOptions oauth(OAuthSettings oauth) {
        Map<CallerRole, String> scopes = new EnumMap<>(CallerRole.class);
        oauth.scopes().forEach((role, scope) -> scopes.put(CallerRole.of(role).orElseThrow(), scope));
        return new OAuthOptions(
                oauth.issuer(),
                oauth.resource(),
                Set.copyOf(oauth.audiences()),
                oauth.keysUrl(),
                oauth.keysFile(),
                oauth.algorithms(),
                oauth.principalClaim(),
                scopes,
                oauth.clockSkew());
    }

    static MonitorMode mode(Config settings) {
        return settings.monitor().mode() == MonitorSettings.Mode.OBSERVE ? MonitorMode.OBSERVE : MonitorMode.ACT;
    }

    /** @param environment where the secrets are that sign the requests */
    static List<WebhookSink> webhooks(Config settings, Map<String, String> environment) {
        return settings.alerts().webhooks().stream()
                .map(hook -> new WebhookSink(
                        hook.url(),
                        hook.secretEnv().flatMap(name -> Optional.ofNullable(environment.get(name))),
                        hook.timeout()))
                .toList();
    }
}
