package io.weathervane.util;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A pattern, and what a text has in small letters where it can be found; most texts have none of it, and looking
 * for that is many times quicker. The pattern is compiled at its first use: a start meets few of them.
 */
final class PrefilteredPattern {
    private final List<String> hints;
    private final String regex;
    private volatile @Nullable Pattern compiled;

    private PrefilteredPattern(List<String> hints, String regex) {
        this.hints = hints;
        this.regex = regex;
    }

    /** @param hints separated by bars */
    static PrefilteredPattern of(String hints, String regex) {
        return new PrefilteredPattern(List.of(hints.split("\\|")), regex);
    }

    boolean isPossibleIn(String lower) {
        for (String hint : hints) {
            if (lower.contains(hint)) {
                return true;
            }
        }
        return false;
    }

    /** Compiled twice when two threads need it at once, which harms nothing. */
    Pattern pattern() {
        Pattern known = compiled;
        if (known == null) {
            known = Pattern.compile(regex);
            compiled = known;
        }
        return known;
    }
}
