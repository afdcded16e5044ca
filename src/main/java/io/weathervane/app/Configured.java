package io.weathervane.app;

import io.weathervane.audit.AuditLog;
import io.weathervane.auth.Authentication;
import io.weathervane.auth.OAuthOptions;
import io.weathervane.config.AcceptedChangeSettings;
import io.weathervane.config.AuthSettings;
import io.weathervane.config.Config;
import io.weathervane.config.LimitSettings;
import io.weathervane.config.OAuthSettings;
import io.weathervane.config.ServerSettings;
import io.weathervane.config.UpgradeSettings;
import io.weathervane.event.EventBus;
import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.LiveFlags;
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
import io.weathervane.worker.WorkerManager;
import java.time.Clock;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
                settings.workers().releases(),
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
}
