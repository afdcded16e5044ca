package io.weathervane.logging;

import ch.qos.logback.core.rolling.TriggeringPolicyBase;
import java.io.File;

/** Says that a log is full as soon as it is; Logback's own looks only once in a while. */
final class SizeTrigger<E> extends TriggeringPolicyBase<E> {
    private final long bytesMax;

    SizeTrigger(long bytesMax) {
        this.bytesMax = bytesMax;
        start();
    }

    @Override
    public boolean isTriggeringEvent(File file, E event) {
        return file.length() >= bytesMax;
    }
}
