package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PendingJournalTest {
    @TempDir
    private Path state;

    @Test
    void keepsWhatFollowsAnAppendThatFailedHalfway() throws IOException {
        PendingJournal journal = new PendingJournal(state.resolve("orchestrator.db"));
        journal.append(List.of(entry("first")));
        writeAt(used() + 1, "x".repeat(4000));

        journal.append(List.of(entry("second")));

        assertThat(ids()).containsExactly("first", "second");
    }

    @Test
    void keepsWhatFollowsALineThatADyingServerLeftHalf() throws IOException {
        PendingJournal before = new PendingJournal(state.resolve("orchestrator.db"));
        before.append(List.of(entry("first")));
        writeAt(used(), "\n12ab\tsecond\tki");

        PendingJournal after = new PendingJournal(state.resolve("orchestrator.db"));
        after.read();
        after.append(List.of(entry("third")));

        assertThat(ids()).containsExactly("first", "third");
    }

    private List<String> ids() {
        return new PendingJournal(state.resolve("orchestrator.db"))
                .read().stream().map(PendingJournal.Entry::id).toList();
    }

    private static PendingJournal.Entry entry(String id) {
        return new PendingJournal.Entry(id, List.of(new DeferredRecord("kind", "{\"text\":\"one\"}")));
    }

    private long used() throws IOException {
        return Files.readString(state.resolve(PendingJournal.NAME))
                .stripTrailing()
                .length();
    }

    private void writeAt(long place, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(state.resolve(PendingJournal.NAME), StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), place);
        }
    }
}
