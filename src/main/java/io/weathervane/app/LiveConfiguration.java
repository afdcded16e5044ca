package io.weathervane.app;

import io.weathervane.audit.Actor;
import io.weathervane.config.Config;
import io.weathervane.config.ConfigChanges;
import io.weathervane.config.ConfigCheck;
import io.weathervane.config.ConfigException;
import io.weathervane.config.ConfigReader;
import io.weathervane.event.Event;
import io.weathervane.event.EventType;
import io.weathervane.mcp.ServerMethod;
import io.weathervane.policy.InvalidThresholdException;
import io.weathervane.store.StoreException;
import io.weathervane.tool.CallerRole;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The configuration in force, and the change to what its file says now. A file that a server would not start with is refused
 * as a whole. All of the new one is read and checked before any of it counts; then snapshots are swapped, which cannot fail.
 * The kill switch and the workers that run are not touched.
 */
final class LiveConfiguration {
    static final String RELOAD = "weathervane/config/reload";
    static final String CHECK = "weathervane/config/check";

    private final Modules modules;
    private final ConfigReloadHistory history;
    private final Clock clock;
    private final Map<String, String> environment;
    private final ServiceStartups startups;
    private final List<Runnable> onServicesChanged = new CopyOnWriteArrayList<>();
    private final ReentrantLock reloading = new ReentrantLock();
    private volatile Config inForce;

    /** The one that is refused for what passes by itself. */
    private volatile Optional<Config> postponed = Optional.empty();

    /** What all that needs a restart is as it was when it began: the server, and each of its services. */
    private volatile Config running;

    private volatile ConfigChanges sinceStart = new ConfigChanges(List.of(), List.of());

    /** Occasion of a reload, for the audit. */
    enum Trigger {
        FILE,
        SIGNAL,
        COMMAND;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    LiveConfiguration(Modules modules, ProcessContext process, ServiceStartups startups) {
        this.modules = modules;
        this.clock = modules.serverContext().clock();
        this.history = new ConfigReloadHistory(modules.serverContext().audit(), clock);
        this.environment = process.environment();
        this.startups = startups;
        this.running = process.config();
        this.inForce = running;
    }

    /** What the command line may ask for. */
    Map<String, ServerMethod> methods() {
        return Map.of(
                RELOAD,
                new ServerMethod(
                        CallerRole.OPERATOR,
                        caller -> history.withLast(reload(new Actor(caller.name()), Trigger.COMMAND))),
                CHECK,
                new ServerMethod(CallerRole.VIEWER, caller -> history.withLast(preview())));
    }

    /** Has this called when services have come or gone. */
    void onServicesChanged(Runnable listener) {
        onServicesChanged.add(listener);
    }

    Config inForce() {
        return inForce;
    }

    /** What {@link #reload} would come to now; nothing changes. */
    ConfigReloadResult preview() {
        Config before = inForce;
        ConfigCheck check = check(before);
        return result(before, check, obstacles(check));
    }

    /** Reads the configuration again and goes by it, unless a server would not start with it. */
    ConfigReloadResult reload(Actor actor, Trigger trigger) {
        reloading.lock();
        try {
            Config before = inForce;
            ConfigCheck check = check(before);
            List<String> obstacles = obstacles(check);
            ConfigReloadResult result = result(before, check, obstacles);
            if (result.outcome() == ConfigReloadResult.Outcome.RELOADED) {
                result = applied(before, check.config().orElseThrow(), result);
            }
            postponed = obstacles.isEmpty() ? Optional.empty() : check.config();
            history.record(result, actor, trigger);
            return result;
        } finally {
            reloading.unlock();
        }
    }

    private ConfigCheck check(Config before) {
        return ConfigReader.checkAgain(modules.serverContext().workspace(), environment, before);
    }

    private List<String> obstacles(ConfigCheck check) {
        return check.config().map(modules.services()::obstacles).orElse(List.of());
    }

    /** Whether the configuration was refused for what has passed. */
    boolean isDueAgain() {
        return postponed
                .filter(after -> modules.services().obstacles(after).isEmpty())
                .isPresent();
    }

    private ConfigReloadResult result(Config before, ConfigCheck check, List<String> obstacles) {
        List<String> problems = check.problems().isEmpty() ? obstacles : check.problems();
        if (!problems.isEmpty()) {
            return ConfigReloadResult.refused(check.file(), problems, check.notes());
        }
        Config after = check.config().orElseThrow();
        List<String> restart = ConfigChanges.between(running, after).restart();
        ConfigChanges changes =
                new ConfigChanges(ConfigChanges.between(before, after).live(), restart);
        boolean same = changes.live().isEmpty() && restart.equals(sinceStart.restart());
        return new ConfigReloadResult(
                same ? ConfigReloadResult.Outcome.UNCHANGED : ConfigReloadResult.Outcome.RELOADED,
                check.file(),
                changes,
                same && history.isEmpty() ? List.of() : waiting(after),
                List.of(),
                check.notes());
    }

    /** What is under way keeps what it began with. */
    private List<String> waiting(Config after) {
        List<String> waiting = new ArrayList<>();
        for (Service service : modules.services().all()) {
            if (modules.services().canBecome(after)
                    && after.service(service.name()).isEmpty()) {
                continue;
            }
            if (service.rollback().monitor().isWatching()) {
                waiting.add("the watch of service " + service.name()
                        + " goes on by the monitor, signals, probes and countToolErrors that it began with");
            }
            if (service.upgrades().manager().isUnderWay()) {
                waiting.add("the upgrade of service " + service.name() + " goes on by the releases and the upgrade"
                        + " settings that it began with");
            }
        }
        return waiting;
    }

    private void replace(ServicesChange change, Config after) {
        running = running.withServicesOf(after);
        modules.services().replace(change);
        startups.begin(change.added());
        onServicesChanged.forEach(Runnable::run);
    }

    private ConfigReloadResult applied(Config before, Config after, ConfigReloadResult result) {
        Optional<ServicesChange> services = Optional.empty();
        try {
            List<Runnable> changes = new ArrayList<>();
            changes.add(modules.operations().alerts().prepare(after.webhooks()));
            for (Service service : modules.services().all()) {
                after.service(service.name()).map(service::prepare).ifPresent(changes::add);
            }
            services = modules.services().canBecome(after)
                    ? Optional.of(modules.services().prepare(after))
                    : Optional.empty();
            modules.flags().live().replace(after.flagCatalog()); // may fail: before all that cannot
            changes.forEach(Runnable::run);
        } catch (InvalidThresholdException | ConfigException | StoreException e) {
            services.ifPresent(modules.services()::discard);
            return ConfigReloadResult.refused(result.file(), List.of(String.valueOf(e.getMessage())), result.notes());
        }
        inForce = after;
        sinceStart = result.changes();
        boolean others = services.filter(change -> !change.isNone()).isPresent();
        services.ifPresent(change -> replace(change, after));
        if (others || !after.callers().access().equals(before.callers().access())) {
            modules.serverContext().events().publish(new Event(EventType.OFFER_CHANGED, clock.instant(), Map.of()));
        }
        return result;
    }

    /** What is not well, for the health. */
    List<String> problems() {
        return history.problems();
    }

    /** What an operator should know though it is no trouble. */
    List<String> notes() {
        List<String> keys = sinceStart.restart();
        return keys.isEmpty()
                ? List.of()
                : List.of("a restart is needed for what has changed in the configuration: " + String.join(", ", keys));
    }
}
