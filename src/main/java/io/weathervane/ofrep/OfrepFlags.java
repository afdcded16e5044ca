package io.weathervane.ofrep;

import io.weathervane.flags.FlagCatalog;
import io.weathervane.flags.FlagSnapshot;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The answers of the state that the flags have now; made at the first question after a change. */
public final class OfrepFlags {
    private final Supplier<FlagCatalog> catalog;
    private final Supplier<FlagSnapshot> flags;
    private volatile @Nullable OfrepEvaluations last;

    /**
     * Answers from these.
     *
     * @param catalog gives every flag that there is at the moment
     * @param flags gives the state of the moment without waiting
     */
    public OfrepFlags(Supplier<FlagCatalog> catalog, Supplier<FlagSnapshot> flags) {
        this.catalog = catalog;
        this.flags = flags;
    }

    /** The answers of now. */
    public OfrepEvaluations now() {
        FlagCatalog definitions = catalog.get();
        FlagSnapshot snapshot = flags.get();
        OfrepEvaluations known = last;
        if (known == null || !known.isOf(definitions, snapshot)) {
            known = OfrepEvaluations.of(definitions, snapshot);
            last = known;
        }
        return known;
    }

    /** Message about a key that no flag has, with the nearest one. */
    public String unknown(String key) {
        return catalog.get().unknown(key);
    }

    /** The number of the state of now. */
    public long epoch() {
        return flags.get().epoch();
    }
}
