package io.weathervane.upgrade;

import io.weathervane.control.RiskyChange;
import io.weathervane.worker.NamedFiles;
import io.weathervane.worker.ReleaseFingerprint;
import java.util.List;
import java.util.Optional;

/**
 * Sees to it that an upgrade runs what was approved, and promotes what was compared. Before the build, what it names is as
 * it was at the approval. A build writes files; from its end on what the test and the canary name stays as the build left
 * it. From the canary's start to the promotion its files stay as they were.
 */
final class ProgramGuard {
    private final UpgradePrograms programs;
    private final Optional<UpgradeProgram> agreed;
    private Optional<UpgradeProgram> built = Optional.empty();
    private Optional<ReleaseFingerprint> started = Optional.empty();

    /** @param agreed what somebody agreed to before the upgrade began; empty when nobody had to */
    ProgramGuard(UpgradePrograms programs, Optional<UpgradeProgram> agreed) {
        this.programs = programs;
        this.agreed = agreed;
    }

    /** Before the build begins. */
    void beforeBuild(Upgrade now) {
        agreed.ifPresent(program -> require(
                programs.of(now).build().changesSince(program.build()),
                "since the upgrade was approved, so its build did not run",
                again(program, now)));
    }

    /** What the build left is what there is to test and to start. */
    void afterBuild(Upgrade now) {
        built = Optional.of(programs.of(now));
    }

    /** Before the test begins. */
    void beforeTest(Upgrade now) {
        agreed.ifPresent(program -> require(
                programs.of(now).test().changesSince(built.orElse(program).test()),
                since() + ", so its test did not run",
                again(program, now)));
    }

    /** Before the canary starts. */
    void beforeCanary(Upgrade now) {
        UpgradeProgram is = programs.of(now);
        agreed.ifPresent(program -> {
            require(
                    is.release()
                            .files()
                            .changesSince(built.orElse(program).release().files()),
                    since() + ", so the canary was not started",
                    again(program, now));
            requireDefinition(program, is);
        });
        started = Optional.of(is.release());
    }

    /** Before the canary gets real calls. */
    void beforeRealCalls(Upgrade now) {
        UpgradeProgram is = programs.of(now);
        started.ifPresent(before -> require(
                is.release().files().changesSince(before.files()),
                "since the canary was started and compared",
                "Run the upgrade again"
                        + agreed.map(program -> ". " + again(program, now)).orElse("")));
        agreed.filter(program -> program.upgrade().request().afterShadow() == AfterShadow.PROMOTE)
                .ifPresent(program -> requireDefinition(program, is));
    }

    /** What has changed since the canary was started, in words; for a promotion that comes to something else. */
    String changed(Upgrade now) {
        NamedFiles is = programs.of(now).release().files();
        return sentence(started.map(before -> is.changesSince(before.files())).orElse(List.of()));
    }

    private String since() {
        return built.isPresent() ? "since the build ended" : "since the upgrade was approved";
    }

    /** The commands, the environment and the like; a configuration that is read again may change them. */
    private static void requireDefinition(UpgradeProgram agreed, UpgradeProgram is) {
        if (!agreed.definition().equals(is.definition())) {
            throw new UpgradeRefusedException(RiskyChange.mismatch(agreed.change(), is.change()));
        }
    }

    private String again(UpgradeProgram program, Upgrade now) {
        return "Approved: " + program.change() + ". It would now "
                + programs.of(now).change() + ". Request approval again";
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
