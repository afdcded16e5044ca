package io.weathervane.upgrade;

import io.weathervane.worker.CommandFileHashes;
import java.util.List;
import java.util.Optional;

/**
 * Sees to it that an upgrade runs what was approved, and promotes what was compared. Before the build, what it names is as
 * it was at the approval. A build writes files; from its end on what the test and the canary name stays as the build left
 * it. From the canary's start to the promotion its files stay as they were.
 */
final class ProgramGuard {
    private final UpgradeProgramResolver programs;
    private final Optional<ApprovedProgram> approvedProgram;
    private Optional<UpgradeCommandsFingerprint> built = Optional.empty();
    private volatile Optional<UpgradeCommandsFingerprint> started = Optional.empty();

    /** @param approvedProgram what the approver agreed to before the upgrade began; empty when no approval was needed */
    ProgramGuard(UpgradeProgramResolver programs, Optional<ApprovedProgram> approvedProgram) {
        this.programs = programs;
        this.approvedProgram = approvedProgram;
    }

    /** Before the build begins. */
    void beforeBuild(Upgrade now) {
        approvedProgram.ifPresent(given -> {
            UpgradeCommandsFingerprint is = programs.of(now);
            require(
                    is.build().changesSince(given.fingerprint().build()),
                    "since the upgrade was approved, so its build did not run",
                    given.instead(is));
        });
    }

    /** What the build left is what there is to test and to start. */
    void afterBuild(Upgrade now) {
        built = Optional.of(programs.of(now));
    }

    /** Before the test begins. */
    void beforeTest(Upgrade now) {
        approvedProgram.ifPresent(given -> {
            UpgradeCommandsFingerprint is = programs.of(now);
            require(
                    is.test().changesSince(built.orElse(given.fingerprint()).test()),
                    since() + ", so its test did not run",
                    given.instead(is));
        });
    }

    /** Before the canary starts. */
    void beforeCanary(Upgrade now) {
        UpgradeCommandsFingerprint is = programs.of(now);
        approvedProgram.ifPresent(given -> {
            CommandFileHashes before =
                    built.orElse(given.fingerprint()).release().files();
            require(
                    is.release().files().changesSince(before),
                    since() + ", so the canary was not started",
                    given.instead(is));
            requireDefinition(given, is);
        });
        started = Optional.of(is);
    }

    /** Before the canary gets real calls. */
    void beforeRealCalls(Upgrade now) {
        refuseChanged(now);
        approvedProgram
                .filter(given -> given.fingerprint().upgrade().request().promotionMode() == PromotionMode.PROMOTE)
                .ifPresent(given -> requireDefinition(given, programs.of(now)));
    }

    /** What was compared is not there any more, and no approval brings it back. */
    void refuseChanged(Upgrade now) {
        changed(now).ifPresent(what -> {
            throw new UpgradeRefusedException(what + ". Run the upgrade again.");
        });
    }

    /** What has changed since the canary was started, in words; empty when nothing has. */
    Optional<String> changed(Upgrade now) {
        CommandFileHashes is = programs.of(now).release().files();
        List<String> changes = started.map(
                        before -> is.changesSinceStart(before.release().files()))
                .orElse(List.of());
        return changes.isEmpty()
                ? Optional.empty()
                : Optional.of(sentence(changes) + " since the canary was started and compared");
    }

    private String since() {
        return built.isPresent() ? "since the build ended" : "since the upgrade was approved";
    }

    /** The commands, the environment and the like; a configuration that is read again may change them. */
    private static void requireDefinition(ApprovedProgram given, UpgradeCommandsFingerprint is) {
        if (!given.fingerprint().definition().equals(is.definition())) {
            throw new UpgradeRefusedException(given.instead(is) + ".");
        }
    }

    private static void require(List<String> changes, String since, String advice) {
        if (!changes.isEmpty()) {
            throw new UpgradeRefusedException(sentence(changes) + " " + since + ". " + advice + ".");
        }
    }

    private static String sentence(List<String> changes) {
        return String.join(", ", changes);
    }
}
