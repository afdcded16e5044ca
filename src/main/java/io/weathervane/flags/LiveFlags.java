package io.weathervane.flags;

import static io.weathervane.flags.FlagCatalog.KILL_SWITCH;

import io.weathervane.audit.Actor;
import io.weathervane.audit.AuditLog;
import io.weathervane.audit.DeferredAuditEntry;
import io.weathervane.event.EventBus;
import io.weathervane.store.Database;
import io.weathervane.store.SameTransactionWriter;
import io.weathervane.store.StoreException;
import io.weathervane.store.WriteReceipt;
import io.weathervane.util.TimeSource;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.LongConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.databind.node.JsonNodeFactory;

/**
 * The live flags and the kill switch of one server: read from memory, kept in the {@code settings} table, changed
 * through here or by SQL from outside, audited either way.
 */
public final class LiveFlags implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LiveFlags.class);

    /** Most rows of history in one answer. */
    public static final int HISTORY_MAX = 1_000;

    private static final String NOT_TRIED_YET = "it is being written";

    private final FlagStore store;
    private final FlagTablesReader tables;
    private final FlagCache cache;
    private final FlagDatabasePoller poller;
    private final Clock clock;

    private LiveFlags(FlagStore store, FlagCache cache, FlagDatabasePoller poller, Clock clock) {
        this.store = store;
        this.tables = store.tables();
        this.cache = cache;
        this.poller = poller;
        this.clock = clock;
    }

    /** Seeds the table, catches up with what happened while no server ran, and begins to follow the database. */
    public static LiveFlags start(
            Database database,
            AuditLog audit,
            FlagCatalog catalog,
            EventBus events,
            TimeSource time,
            FlagPollingOptions options) {
        Clock clock = time.clock();
        FlagStore store = new FlagStore(database, audit, catalog, clock);
        FlagCache cache = new FlagCache(store.start(), events, clock);
        store.writePendingInto(cache);
        store.writeBeforeNextEvent(cache);
        store.engagementsLeft().forEach(left -> cache.engage(left, NOT_TRIED_YET));
        FlagDatabasePoller poller = new FlagDatabasePoller(store, cache, events, clock, time.ticker(), options);
        LiveFlags flags = new LiveFlags(store, cache, poller, clock);
        FlagSnapshot snapshot = flags.snapshot();
        LOG.info(
                "LiveFlags initialized flags={} epoch={} killSwitch={}",
                flags.catalog().all().size(),
                snapshot.epoch(),
                snapshot.killSwitchEngaged() ? "engaged" : "off");
        poller.start();
        LOG.info(
                "LiveFlags started: polling flags every {} ms (runbook bound {} ms)",
                options.pollInterval().toMillis(),
                FlagPollingOptions.POLL_INTERVAL_MAX.toMillis());
        return flags;
    }

    /** Every flag there is now. */
    public FlagCatalog catalog() {
        return store.catalog();
    }

    /**
     * Has other flags from now on: new ones begin with their defaults, those that are gone are no flags any longer; their rows
     * stay.
     *
     * @throws StoreException when the database does not take it; then nothing has changed
     */
    public void replace(FlagCatalog next) {
        if (!next.sameFlags(catalog())) {
            store.replace(next, cache);
            LOG.info("LiveFlags has other flags flags={}", next.all().size());
        }
    }

    /** Values of all flags now: one volatile read. Take it once for decisions that belong together. */
    public FlagSnapshot snapshot() {
        return cache.snapshot();
    }

    /** A row of {@code settings} that is not a flag, such as {@code ROLLBACK_ERROR_THRESHOLD}, as last read. */
    public Optional<String> setting(String key) {
        return snapshot().setting(key);
    }

    /** The keys of all rows of {@code settings} that are no flags, as last read. */
    public Set<String> settingKeys() {
        return snapshot().settings().keySet();
    }

    public KillSwitchStatus killSwitch() {
        return cache.state().killSwitch();
    }

    /** Every flag as stored, held and effective. */
    public FlagsView view() {
        return FlagsView.of(cache.state(), today());
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }

    /** One flag as stored, held and effective; empty when there is no such flag. */
    public Optional<FlagsView.Flag> view(String key) {
        return catalog().find(key).map(definition -> FlagsView.flag(definition, cache.state(), today()));
    }

    /** The newest changes first, of one row or of all; also of rows that are not flags. */
    public List<FlagHistoryRow> history(Optional<String> key, int limit) {
        return tables.history(key, Math.max(1, Math.min(limit, HISTORY_MAX)));
    }

    /**
     * Sets flags, all of them or none; in effect and on disk when it returns. {@code DISABLE_NEW} turns the kill
     * switch on (then it must be the only key) or off.
     *
     * @throws FlagRefusedException when a key or value is not allowed, or the kill switch is on
     * @throws StoreException when the database cannot be written; the kill switch turned on is on all the same and
     *     the answer then carries a warning instead
     */
    public FlagChangeResult set(Map<String, String> flags, Actor actor, Optional<String> reason) {
        FlagChangeRules.check(catalog(), flags);
        if ("1".equals(flags.get(KILL_SWITCH))) {
            return engageBySet(reason.orElse(KILL_SWITCH + " set to 1"), actor);
        }
        if (!flags.containsKey(KILL_SWITCH)) {
            FlagChangeRules.refuseWhileEngaged(cache.state().engagement(), flags.keySet());
        }
        FlagStore.Committed committed = store.commit(cache, transaction -> {
            if (flags.containsKey(KILL_SWITCH)) {
                transaction.reset(KillSwitchResetRecord.of(reason.orElse(KILL_SWITCH + " set to 0"), actor));
            } else {
                FlagChangeRules.refuseWhileEngaged(transaction.reconciler().engagement(), flags.keySet());
            }
            transaction.set(FlagChangeRules.withoutKillSwitch(flags), actor, reason.orElse("set"));
        });
        return new FlagChangeResult(committed.changed(), snapshot().epoch(), Optional.empty());
    }

    /** As {@link #set(Map, Actor, Optional)}, without a reason. */
    public FlagChangeResult set(Map<String, String> flags, Actor actor) {
        return set(flags, actor, Optional.empty());
    }

    private FlagChangeResult engageBySet(String reason, Actor actor) {
        FlagSnapshot before = snapshot();
        EngageResult engageResult = engage(reason, actor, Optional.empty());
        return new FlagChangeResult(
                FlagChangeRules.differences(before, snapshot()), engageResult.epoch(), engageResult.warning());
    }

    /**
     * Puts one flag back to its default.
     *
     * @throws FlagRefusedException for an unknown key, for the kill switch (which has a reset of its own), or while it is on
     */
    public FlagChangeResult reset(String key, Actor actor, Optional<String> reason) {
        if (key.equals(KILL_SWITCH)) {
            throw new FlagRefusedException(KILL_SWITCH + " is the kill switch and has a reset of its own, which asks"
                    + " for a reason and an approver: kill_switch_reset. Nothing was written.");
        }
        FlagCatalog catalog = catalog();
        FlagDefinition definition = catalog.find(key).orElseThrow(() -> FlagChangeRules.refused(catalog.unknown(key)));
        return set(Map.of(key, definition.defaultValue()), actor, reason.or(() -> Optional.of("reset to its default")));
    }

    /** As {@link #reset(String, Actor, Optional)}, without a reason. */
    public FlagChangeResult reset(String key, Actor actor) {
        return reset(key, actor, Optional.empty());
    }

    /**
     * Turns the kill switch on. In effect when it is called, before anything is written; when the database does not take
     * it at once the answer says so and the write is tried again until it succeeds. A second call says since when it is
     * on, and which actor engaged it.
     */
    public EngageResult engage(String reason, Actor actor, Optional<String> promotionId) {
        return engage(reason, actor, promotionId, Optional.empty());
    }

    /**
     * As {@link #engage(String, Actor, Optional)}.
     *
     * @param service whose worker it is for, of several
     */
    public EngageResult engage(String reason, Actor actor, Optional<String> promotionId, Optional<String> service) {
        if (cache.state().engagement() != null && isOnForSure()) {
            return engagement(true);
        }
        EngagementRecord engagement = new EngagementRecord(clock.instant(), actor, reason, promotionId, service);
        cache.engage(engagement, NOT_TRIED_YET);
        WriteReceipt receipt = store.engaged(engagement);
        if (!receipt.promptly()) {
            LOG.error(
                    "the kill switch is engaged in memory and is not written yet, a crash loses it={}",
                    !receipt.safely());
        }
        EngagementRecord now = cache.state().engagement();
        return engagement(now == null || !engagement.isSame(now));
    }

    /** Whether no operator turned it off by SQL a moment ago; memory alone may be one poll behind. */
    private boolean isOnForSure() {
        try {
            return cache.state().memoryOnly() != null || tables.isEngaged();
        } catch (StoreException e) {
            LOG.debug("the kill switch is on in memory, the database does not answer", e);
            return true;
        }
    }

    private EngageResult engagement(boolean already) {
        LiveFlagsSnapshot snapshot = cache.state();
        KillSwitchStatus status = snapshot.killSwitch();
        Optional<String> warning = status.notDurableBecause()
                .map(why -> "The kill switch is in effect in this server and not in the database yet (" + why
                        + "). The write is tried again until it succeeds.");
        return new EngageResult(already, status, snapshot.snapshot().epoch(), warning);
    }

    /** As {@link #resetKillSwitch(String, Actor, Optional, Optional, boolean, SameTransactionWriter)}, with nothing beside it. */
    public KillSwitchResetResult resetKillSwitch(
            String reason, Actor actor, Optional<String> approver, Optional<String> fixReference, boolean forced) {
        return resetKillSwitch(reason, actor, approver, fixReference, forced, SameTransactionWriter.none());
    }

    /**
     * Turns the kill switch off and puts every flag back to what it was before. The conditions for it are the
     * caller's business.
     *
     * @param beside done in the same transaction, when the kill switch is on; what it throws keeps it on
     * @throws StoreException when the database cannot be written; the kill switch then stays on
     */
    public KillSwitchResetResult resetKillSwitch(
            String reason,
            Actor actor,
            Optional<String> approver,
            Optional<String> fixReference,
            boolean forced,
            SameTransactionWriter<KillSwitchStatus> beside) {
        KillSwitchResetRecord reset = new KillSwitchResetRecord(reason, actor, approver, fixReference, forced);
        FlagStore.Committed committed = store.commit(cache, transaction -> transaction.reset(reset, beside));
        boolean done = reset.equals(committed.reset());
        LiveFlagsSnapshot snapshot = cache.state();
        return new KillSwitchResetResult(
                done,
                done ? FlagChangeRules.restored(committed.changed()) : Map.of(),
                snapshot.killSwitch(),
                snapshot.snapshot().epoch());
    }

    /** The engagement as the audit will have it, while it is in effect and not written yet. */
    public Optional<DeferredAuditEntry> unwrittenEngagement() {
        return Optional.ofNullable(cache.state().memoryOnly())
                .map(engagement -> new DeferredAuditEntry(
                        engagement.audited(JsonNodeFactory.instance.objectNode()), engagement.since()));
    }

    /**
     * Has the follower told at each look at the database, every poll, with a number that moves when another program has
     * committed: for those who keep in memory what is in a table of their own. It runs on the thread that follows the flags,
     * so it does nothing else that takes time.
     */
    public void followCommits(LongConsumer follower) {
        poller.addFollower(follower);
    }

    /** Stops following the database; what was read last stays readable. */
    @Override
    public void close() {
        poller.close();
    }
}
