package io.weathervane.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A command's stdout, which knows afterwards whether all of it was written: print streams keep silent about that. A reader
 * that has seen enough ({@code | head -1}) is no loss.
 */
final class LossDetectingOutputStream extends OutputStream {
    private final OutputStream stdout;
    private volatile @Nullable IOException failure;

    LossDetectingOutputStream(OutputStream stdout) {
        this.stdout = stdout;
    }

    /** Why something of it was lost; empty when nothing was, or its reader went away. */
    Optional<String> lost() {
        return Optional.ofNullable(failure)
                .map(IOException::getMessage)
                .filter(why -> !why.toLowerCase(Locale.ROOT).contains("broken pipe"));
    }

    @Override
    public void write(int b) throws IOException {
        write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
        try {
            stdout.write(bytes, from, length);
        } catch (IOException e) {
            failure = e;
            throw e;
        }
    }

    @Override
    public void flush() throws IOException {
        stdout.flush();
    }
}
