package io.weathervane.policy;

import java.util.Optional;
import java.util.function.Function;

/**
 * The settings that watches go by: those in force, and the newest ones of the configuration, which wait while a watch is
 * on. Each is one immutable snapshot: who decides reads {@link #inForce} once for one decision.
 */
public final class WatchSettings {
    private final Function<String, Optional<String>> rows;
    private volatile PolicyResolver inForce;
    private volatile PolicyResolver newest;

    /**
     * Settings of a server's start.
     *
     * @param rows the value of a row in {@code settings}; rows count from the next check, whichever settings are in force
     * @throws InvalidThresholdException when something is out of range
     */
    public WatchSettings(MonitorConfig config, Function<String, Optional<String>> rows) {
        this.rows = rows;
        this.inForce = new PolicyResolver(config, rows);
        this.newest = inForce;
    }

    public PolicyResolver inForce() {
        return inForce;
    }

    /** The settings that the next watch goes by. */
    public PolicyResolver newest() {
        return newest;
    }

    /** Whether {@link #newest} waits. */
    public boolean areWaiting() {
        return inForce != newest;
    }

    /**
     * Settings that {@link #replace} may take.
     *
     * @throws InvalidThresholdException when something is out of range
     */
    public PolicyResolver prepare(MonitorConfig config) {
        PolicyResolver last = newest;
        return last.config().equals(config) ? last : new PolicyResolver(config, rows);
    }

    public void replace(PolicyResolver prepared) {
        newest = prepared;
    }

    /** Puts settings in force that were the newest. */
    public void adopt(PolicyResolver settings) {
        inForce = settings;
    }
}
