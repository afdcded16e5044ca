package io.weathervane.shadow;

import java.util.List;
import java.util.Locale;
import tools.jackson.databind.node.ObjectNode;

/** What a shadow comparison found. */
public final class ShadowReport {
    /** How it came out. */
    public enum Outcome {
        /** Calls were compared, and nothing speaks against the canary. */
        PASSED,
        /** The definitions agree, and no call could be compared: nothing speaks against the canary, nothing for it. */
        NOTHING_COMPARED,
        FAILED,
        /** Somebody stopped it. */
        CANCELLED;

        /** The name in {@code shadow.json}. */
        public String wireName() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    ShadowReport() {}

    public Outcome outcome() {
        throw new UnsupportedOperationException("not yet");
    }

    /** Whether nothing speaks against the canary: {@code PASSED} or {@code NOTHING_COMPARED}. */
    public boolean passed() {
        return outcome() == Outcome.PASSED || outcome() == Outcome.NOTHING_COMPARED;
    }

    /** One sentence: the outcome and the first reason. */
    public String summary() {
        throw new UnsupportedOperationException("not yet");
    }

    /** Why it failed, a sentence each; empty when it did not. */
    public List<String> reasons() {
        throw new UnsupportedOperationException("not yet");
    }

    public ToolComparison tools() {
        throw new UnsupportedOperationException("not yet");
    }

    /** How many calls were made to both workers and compared. */
    public long callsCompared() {
        throw new UnsupportedOperationException("not yet");
    }

    /** The content of {@code shadow.json}; secrets are redacted. */
    public ObjectNode toJson() {
        throw new UnsupportedOperationException("not yet");
    }

    /** The same for a terminal, in lines; secrets are redacted. */
    public String text() {
        throw new UnsupportedOperationException("not yet");
    }
}
