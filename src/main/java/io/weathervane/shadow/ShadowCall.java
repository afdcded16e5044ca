package io.weathervane.shadow;

import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** A call that both workers are to answer. */
record ShadowCall(Source source, String tool, ObjectNode arguments) {
    /** Source of a call. */
    enum Source {
        PROBE,
        RECORDED,
        MIRROR;

        String wireName() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
