package io.weathervane.upgrade;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class UpgradeWaitTest {
    private static final Upgrade RUNNING = Upgrade.begin(
            "u-1",
            UpgradeStateMachineTest.request(PromotionMode.WAIT, /* scripts= */ false, List.of(5)),
            "ada",
            Optional.of("stable"),
            "canary",
            Instant.EPOCH);

    private static final Upgrade ENDED = RUNNING.ended(UpgradeState.ABORTED, "aborted", Instant.EPOCH);

    private final AtomicLong nanos = new AtomicLong();
    private final Deque<UpgradeView> views = new ArrayDeque<>();
    private final List<String> heard = new ArrayList<>();

    @Test
    void tellsEachNewStateOnceAndGivesTheLastOne() {
        views.addAll(List.of(view("building"), view("building"), view("testing"), ended()));

        assertThat(wait(false).atMost(Duration.ofHours(1), one -> heard.add(one.activity())))
                .isEqualTo(ended());

        assertThat(heard).containsExactly("building", "testing", "");
    }

    @Test
    void givesTheStateOfTheMomentWhenTheTimeIsUp() {
        views.addAll(List.of(view("building"), view("testing")));

        assertThat(wait(false).atMost(Duration.ZERO, one -> heard.add(one.activity())))
                .isEqualTo(view("testing"));
    }

    @Test
    void waitsNoLongerOnceItIsEnough() {
        views.addAll(List.of(view("building"), view("building")));

        assertThat(wait(true).atMost(Duration.ofHours(1), one -> heard.add(one.activity())))
                .isEqualTo(view("building"));
        assertThat(heard).containsExactly("building");
    }

    @Test
    void anInterruptedThreadIsToldWhereToLookAndStaysInterrupted() {
        views.addAll(List.of(view("building"), view("building")));
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> wait(false).atMost(Duration.ofHours(1), one -> heard.add(one.activity())))
                .isInstanceOf(UpgradeRefusedException.class)
                .hasMessageContaining("upgrade_status");

        assertThat(Thread.interrupted()).isTrue();
    }

    private UpgradeWait wait(boolean enough) {
        return new UpgradeWait(views::remove, () -> enough, nanos::get);
    }

    private static UpgradeView view(String activity) {
        return new UpgradeView(RUNNING, activity, Path.of("u-1"), List.of(), /* durable= */ true);
    }

    private static UpgradeView ended() {
        return new UpgradeView(ENDED, "", Path.of("u-1"), List.of(), /* durable= */ true);
    }
}
