package io.weathervane.signal;

import io.weathervane.util.Redactor;
import io.weathervane.util.SafeText;
import java.time.Duration;

/** Texts of others about a signal, fit to be stored and shown: on one line, without secrets, of bounded length. */
final class SignalTextSanitizer {
    private static final int LENGTH_MAX = 200;

    /** More is not looked through for secrets. */
    private static final int READ_MAX = 1_000;

    private static final int DECIMALS_BELOW = 10;

    private SignalTextSanitizer() {}

    static String clean(String text) {
        return SafeText.line(Redactor.clean(SafeText.cut(text.strip(), READ_MAX)), LENGTH_MAX);
    }

    static String age(Duration age) {
        return age.toSeconds() < DECIMALS_BELOW ? age.toMillis() + " ms" : age.toSeconds() + " s";
    }
}
