package io.weathervane.upgrade;

import io.weathervane.approval.ChangeApprovalText;
import io.weathervane.util.Sha256;
import io.weathervane.worker.CommandFileHashes;
import io.weathervane.worker.ReleaseFingerprint;
import java.util.ArrayList;
import java.util.List;

/**
 * Fingerprint of all that an upgrade runs, as a person approves it before any of it runs.
 *
 * @param release of its canary, with the files it names as they are now
 * @param definition the hash of its canary without those files, which a build may still write
 * @param build files that the build names
 * @param test files that the test names
 * @param configured whether all of it is in the configuration already, so that its caller supplies no command
 */
public record UpgradeCommandsFingerprint(
        Upgrade upgrade,
        ReleaseFingerprint release,
        String definition,
        CommandFileHashes build,
        CommandFileHashes test,
        boolean configured) {
    /** Change that an approval is given for; the same as long as the same would run. Goes on after "would". */
    public String change() {
        if (upgrade.request().promotionMode() == PromotionMode.PROMOTE) {
            return ChangeApprovalText.promotion(upgrade.from(), upgrade.to(), sha256());
        }
        return "run the commands of the upgrade to " + upgrade.to() + " and compare it with "
                + upgrade.from().orElse("no worker") + " (sha256 " + sha256() + ")";
    }

    /** Of all that runs: build, test and the canary. */
    private String sha256() {
        UpgradeRequest request = upgrade.request();
        return Sha256.of(UpgradeCodec.object()
                .put("build", request.staging().build().orElse(null))
                .put("test", request.staging().test().orElse(null))
                .put("buildFiles", build.toString())
                .put("testFiles", test.toString())
                .put("canary", release.sha256())
                .toString());
    }

    /** For a person to read, in the order in which it runs. */
    public List<String> lines() {
        List<String> lines = new ArrayList<>();
        upgrade.request().staging().build().ifPresent(script -> lines.add("build: " + script));
        upgrade.request().staging().test().ifPresent(script -> lines.add("test: " + script));
        lines.addAll(build.and(test).lines());
        release.lines().stream().filter(line -> !lines.contains(line)).forEach(lines::add);
        return lines;
    }

    /** Files and words that an approval could not be bound to; none when it can be bound to all that is named. */
    public List<String> unbound() {
        return build.and(test).and(release.files()).unbound();
    }
}
