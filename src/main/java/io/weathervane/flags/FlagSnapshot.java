package io.weathervane.flags;

import io.weathervane.util.SafeText;
import java.util.Map;
import java.util.Optional;

/** Values of all flags at one moment: immutable, so a reader that holds one never sees half a change. */
public final class FlagSnapshot {
    private final long epoch;
    private final FlagCatalog catalog;
    private final Map<String, String> effective;
    private final boolean killSwitchEngaged;
    private final boolean failSafe;
    private final Map<String, String> settings;

    FlagSnapshot(
            long epoch,
            FlagCatalog catalog,
            Map<String, String> effective,
            boolean killSwitchEngaged,
            boolean failSafe,
            Map<String, String> settings) {
        this.epoch = epoch;
        this.catalog = catalog;
        this.effective = Map.copyOf(effective);
        this.killSwitchEngaged = killSwitchEngaged;
        this.failSafe = failSafe;
        this.settings = Map.copyOf(settings);
    }

    /** A number that grows with every change, also across restarts. */
    public long epoch() {
        return epoch;
    }

    /** Every flag that has a value here. */
    public FlagCatalog catalog() {
        return catalog;
    }

    /**
     * The effective value of a flag.
     *
     * @throws IllegalArgumentException when there is no such flag
     */
    public String value(String key) {
        String value = effective.get(key);
        if (value == null) {
            throw new IllegalArgumentException("no such flag: " + SafeText.line(key, FlagDefinition.VALUE_LENGTH_MAX));
        }
        return value;
    }

    /** Whether the flag is {@code 1}. */
    public boolean isOn(String key) {
        return value(key).equals("1");
    }

    public boolean killSwitchEngaged() {
        return killSwitchEngaged;
    }

    /** Every flag's effective value. */
    public Map<String, String> effective() {
        return effective;
    }

    /** Whether these are the defaults because the database cannot be read. */
    public boolean failSafe() {
        return failSafe;
    }

    /** A row of {@code settings} that is not a flag, such as {@code ROLLBACK_ERROR_THRESHOLD}. */
    Optional<String> setting(String key) {
        return Optional.ofNullable(settings.get(key));
    }

    Map<String, String> settings() {
        return settings;
    }

    boolean sameContent(FlagSnapshot other) {
        return killSwitchEngaged == other.killSwitchEngaged
                && failSafe == other.failSafe
                && catalog.sameFlags(other.catalog)
                && effective.equals(other.effective)
                && settings.equals(other.settings);
    }
}
