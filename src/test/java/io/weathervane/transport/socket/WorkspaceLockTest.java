package io.weathervane.transport.socket;

import static org.assertj.core.api.Assertions.assertThat;

import io.weathervane.testing.StdioClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkspaceLockTest {
    @TempDir
    private Path state;

    @Test
    void refusesASecondHolderInThisProcessAndNamesTheFirst() {
        try (WorkspaceLock lock = acquired()) {
            lock.update(lock.owner().withUrl("http://127.0.0.1:3000"));

            assertThat(WorkspaceLock.tryAcquire(state, SmallServer.owner())).isEmpty();
            assertThat(WorkspaceLock.ownerOf(state)
                            .map(WorkspaceOwnerInfo::describe)
                            .orElseThrow())
                    .contains(Long.toString(ProcessHandle.current().pid()), "http://127.0.0.1:3000");
        }
    }

    @Test
    void keepsOthersOutAlsoAfterThisProcessHasLookedWhoTheOwnerIs() throws Exception {
        try (WorkspaceLock lock = acquired()) {
            assertThat(WorkspaceLock.ownerOf(state)).contains(lock.owner());
            assertThat(WorkspaceLock.tryAcquire(state, SmallServer.owner())).isEmpty();

            assertThat(anotherProcessGetsIt()).isFalse();
        }
        assertThat(anotherProcessGetsIt()).isTrue();
    }

    @Test
    void anotherProcessIsNamedAndItsLockEndsWhenItIsKilled() throws Exception {
        try (StdioClient other = SmallServer.client(state)) {
            other.answer(other.send("ping", "{}"));

            assertThat(WorkspaceLock.tryAcquire(state, SmallServer.owner())).isEmpty();
            assertThat(WorkspaceLock.ownerOf(state).map(WorkspaceOwnerInfo::pid))
                    .contains(other.pid());
            other.kill();
        }

        acquired().close();
    }

    @Test
    void takesALockFileWithoutAHolderWhateverItSays() throws Exception {
        Files.writeString(state.resolve("weathervane.lock"), "x".repeat(100_000));
        assertThat(WorkspaceLock.ownerOf(state)).isEmpty();

        try (WorkspaceLock lock = acquired()) {
            assertThat(Files.size(state.resolve("weathervane.lock"))).isLessThan(1000);
            assertThat(lock.owner().url()).isEmpty();
            lock.recovered();
        }
        assertThat(WorkspaceLock.ownerOf(state)).isEmpty();
    }

    @Test
    void tellsAnOwnerThatDidNotCloseItFromOneThatDid() throws Exception {
        try (WorkspaceLock first = acquired()) {
            assertThat(first.afterCrash())
                    .as("there is no telling what was here before")
                    .isTrue();
            first.recovered();
        }
        try (WorkspaceLock second = acquired()) {
            assertThat(second.afterCrash()).isFalse();
        }
        try (StdioClient other = SmallServer.client(state)) {
            other.answer(other.send("ping", "{}"));
            other.kill();
        }
        try (WorkspaceLock third = acquired()) {
            assertThat(third.afterCrash()).isTrue();
        }
    }

    @Test
    void anOwnerThatEndsBeforeItHasRecoveredLeavesThatToTheNext() throws Exception {
        try (StdioClient other = SmallServer.client(state)) {
            other.answer(other.send("ping", "{}"));
            other.kill();
        }
        acquired().close();
        try (WorkspaceLock next = acquired()) {
            assertThat(next.afterCrash()).isTrue();
            next.recovered();
        }
        try (WorkspaceLock last = acquired()) {
            assertThat(last.afterCrash()).isFalse();
        }
    }

    @Test
    void isEmptyAtNoMomentOfAChange() throws Exception {
        Path file = state.resolve("weathervane.lock");
        AtomicBoolean done = new AtomicBoolean();
        try (WorkspaceLock lock = acquired()) {
            CompletableFuture<Long> empty = CompletableFuture.supplyAsync(() -> {
                long times = 0;
                while (!done.get()) {
                    times += file.toFile().length() == 0 ? 1 : 0;
                }
                return times;
            });
            WorkspaceOwnerInfo withoutUrl = lock.owner();
            for (int i = 0; i < 5_000; i++) {
                lock.update(withoutUrl.withUrl("http://127.0.0.1:3000"));
                lock.update(withoutUrl);
            }
            done.set(true);
            assertThat(empty.get(60, TimeUnit.SECONDS)).isZero();
        }
    }

    @Test
    void readsTheEntryBeforeTheEndOfALongerOneWasCutOff() throws Exception {
        WorkspaceOwnerInfo owner = SmallServer.owner();
        Files.writeString(
                state.resolve("weathervane.lock"),
                new String(owner.toBytes(), StandardCharsets.UTF_8) + "1:3000\",\"command\":[]}\n");

        assertThat(WorkspaceLock.ownerOf(state)).contains(owner);
    }

    @Test
    void aMissingFolderHasNoOwner() {
        assertThat(WorkspaceLock.ownerOf(state.resolve("missing"))).isEmpty();
    }

    private WorkspaceLock acquired() {
        Optional<WorkspaceLock> lock = WorkspaceLock.tryAcquire(state, SmallServer.owner());
        assertThat(lock).isPresent();
        return lock.orElseThrow();
    }

    private boolean anotherProcessGetsIt() throws Exception {
        Process process = SmallServer.program(state, "probe").start();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return process.exitValue() == 0;
    }
}
