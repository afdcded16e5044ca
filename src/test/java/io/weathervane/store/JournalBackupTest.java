package io.weathervane.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalBackupTest {
    @TempDir
    Path folder;

    private final DeferredQueue queue = new DeferredQueue();

    @Test
    void whatAnEarlierServerLeftIsNotOverwrittenByWhatWaitsNow() {
        earlierServerLeaves("left");

        JournalBackup backup = backup();
        queue.add(batch("new", /* mayBeLeftOut= */ false));
        backup.keepWaiting();

        assertThat(kept()).containsExactly("left", "new");
        assertThat(queue.bodies("kind", batch -> true)).containsExactly("left", "new");
    }

    @Test
    void isNotEmptiedWhileSomethingWaits() {
        JournalBackup backup = backup();
        DeferredRecordBatch waiting = batch("waiting", false);
        queue.add(waiting);
        backup.keepWaiting();

        assertThat(backup.tryForget()).isFalse();
        assertThat(kept()).containsExactly("waiting");

        queue.remove(waiting);
        assertThat(backup.tryForget()).isTrue();
        assertThat(kept()).isEmpty();
        assertThat(backup.tryForget()).as("there is nothing to forget").isFalse();
    }

    @Test
    void hasNothingOfWhatMayBeLeftOut() {
        JournalBackup backup = backup();
        queue.add(batch("check", true));

        backup.keepWaiting();

        assertThat(kept()).isEmpty();
    }

    @Test
    void aJournalThatCannotBeReadIsNoEmptyOne() throws IOException {
        Files.createDirectory(journal());
        JournalBackup backup = backup();

        for (int attempt = 0; attempt < 2; attempt++) {
            assertThatThrownBy(backup::restore)
                    .isInstanceOf(StoreException.class)
                    .hasMessageContaining("cannot read " + journal());
        }
        queue.add(batch("new", false));
        backup.keepWaiting();
        assertThat(backup.failure().orElse("")).contains("cannot read " + journal());

        Files.delete(journal());
        backup.keepWaiting();
        assertThat(backup.failure()).isEmpty();
        assertThat(kept()).containsExactly("new");
    }

    @Test
    void aJournalBeyondItsLimitIsNotRead() throws IOException {
        Files.write(journal(), new byte[PendingJournal.SIZE_MAX_BYTES + 1]);

        assertThatThrownBy(backup()::restore).hasMessageContaining("more than its limit of 16 MiB");
    }

    private void earlierServerLeaves(String body) {
        DeferredQueue earlier = new DeferredQueue();
        earlier.add(batch(body, false));
        new JournalBackup(folder.resolve("a.db"), earlier, () -> 0).keepWaiting();
    }

    private JournalBackup backup() {
        return new JournalBackup(folder.resolve("a.db"), queue, () -> 0);
    }

    private Path journal() {
        return folder.resolve(PendingJournal.NAME);
    }

    private List<String> kept() {
        return new PendingJournal(folder.resolve("a.db"))
                .read().stream()
                        .flatMap(entry -> entry.records().stream())
                        .map(DeferredRecord::body)
                        .toList();
    }

    private static DeferredRecordBatch batch(String body, boolean mayBeLeftOut) {
        return DeferredRecordBatch.of(List.of(new DeferredRecord("kind", body)), mayBeLeftOut, 0);
    }
}
