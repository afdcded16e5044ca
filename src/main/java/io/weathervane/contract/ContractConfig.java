package io.weathervane.contract;

import java.nio.file.Path;
import java.util.Locale;

/**
 * The contract of a service, as the configuration has it.
 *
 * @param file the reviewed file, which {@code weathervane contract write} made
 */
public record ContractConfig(Path file, OnDrift onDrift) {
    /** Consequence of tools that break the contract. */
    public enum OnDrift {
        /** An alert. */
        ALERT,
        /** An alert, and a tool that breaks it is refused to callers until it is approved. */
        BLOCK,
        /** As {@link #BLOCK}, and a canary that breaks it is not promoted. */
        REFUSE;

        /** The name in the configuration. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }

        /** Whether callers are refused what breaks it. */
        public boolean refusesCalls() {
            return this != ALERT;
        }

        /** Whether a canary that breaks it is not promoted. */
        public boolean refusesPromotions() {
            return this == REFUSE;
        }
    }
}
