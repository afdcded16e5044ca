package io.weathervane.approval;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** The changes that an approval of a change is good for. */
class ChangeApprovalTextTest {
    private static final String RESET = "reset the kill switch, on since 2026-12-01T03:00:00.000Z by system";

    @Test
    void aResetIsNotCoveredOnceAnotherPreconditionIsUnmet() {
        assertThat(covers(RESET, RESET + ", although not met: no errors")).isFalse();
        assertThat(covers(
                        RESET + ", although not met: no errors",
                        RESET + ", although not met: no errors, no failed check"))
                .isFalse();
        assertThat(covers(RESET + ", although not met: no errors", RESET + ", although not met: no failed check"))
                .isFalse();
    }

    @Test
    void aResetIsCoveredWhenAPreconditionIsMetMeanwhile() {
        String approved = RESET + ", although not met: no errors, no failed check";
        assertThat(covers(approved, approved)).isTrue();
        assertThat(covers(approved, RESET + ", although not met: no failed check"))
                .isTrue();
        assertThat(covers(approved, RESET)).isTrue();
    }

    @Test
    void aResetOfAnotherEngagementIsNotCovered() {
        String later = RESET.replace("03:00", "04:00");
        assertThat(covers(RESET + ", although not met: no errors", later)).isFalse();
        assertThat(covers(RESET, later)).isFalse();
    }

    @Test
    void anActorWhoseNameLooksLikeTheTextWidensNothing() {
        String odd = RESET + ", although not met: no errors";
        assertThat(covers(odd, odd + ", although not met: no failed check")).isFalse();
    }

    @Test
    void aPromotionIsCoveredByItselfOnly() {
        String promotion = "promote next in place of stable (sha256 1f)";
        assertThat(covers(promotion, promotion)).isTrue();
        assertThat(covers(promotion + ", although not met: x", promotion)).isFalse();
    }

    private static boolean covers(String approved, String now) {
        return ChangeApprovalText.covers(approved, now);
    }
}
