package io.weathervane.ofrep;

import io.weathervane.flags.FlagSnapshot;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The answers of the state that the flags have now; made at the first question after a change. */
public final class OfrepFlags {
    private final Supplier<FlagSnapshot> flags;
    private volatile @Nullable OfrepEvaluations last;

    /** @param flags gives the state of the moment without waiting */
    public OfrepFlags(Supplier<FlagSnapshot> flags) {
        this.flags = flags;
    }

    /** The answers of now. */
    public OfrepEvaluations now() {
        FlagSnapshot snapshot = flags.get();
        OfrepEvaluations known = last;
        if (known == null || !known.isOf(snapshot)) {
            known = OfrepEvaluations.of(snapshot);
            last = known;
        }
        return known;
    }

    /** Message about a key that no flag has, with the nearest one. */
    public String unknown(String key) {
        return flags.get().catalog().unknown(key);
    }

    /** The number of the state of now. */
    public long epoch() {
        return flags.get().epoch();
    }
}
