package io.weathervane.bench.decisions;

import io.weathervane.monitor.CallCounts;
import io.weathervane.monitor.MonitorPolicy;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * The rules of other tools, as their documentation and source have them, on checks of 30 s. Each sees the calls as a
 * proxy does. They are written from the published rule, and are none of those programs.
 */
final class PeerRules {
    private static final double STEP = 30;

    /** What Argo and Flagger ask Prometheus for: the rate of the last minute. */
    private static final double RATE_WINDOW = 60;

    private PeerRules() {}

    static Map<String, DecisionRule> all() {
        Map<String, DecisionRule> rules = new LinkedHashMap<>();
        rules.put("runbook", PeerRules::runbook);
        rules.put("argo20", PeerRules::argo);
        rules.put("flagger20", PeerRules::flagger);
        rules.put("kayenta", PeerRules::kayenta);
        rules.put("seq", PeerRules::sequential);
        return rules;
    }

    private static double grace(Promotion promotion) {
        return promotion.scenario().policy().gracePeriod().toSeconds();
    }

    /** Three of the last five checks above the threshold, whatever their traffic; so many lost probes in a row. */
    private static RuleOutcome runbook(Promotion promotion) {
        MonitorPolicy policy = promotion.scenario().policy();
        boolean[] failed = new boolean[(int) (grace(promotion) / STEP) + 1];
        int lost = 0;
        for (int check = 1; check < failed.length; check++) {
            double now = check * STEP;
            lost = promotion.probeLost(now) ? lost + 1 : 0;
            failed[check] = promotion.seen(now - STEP, now).rate().orElse(0) > policy.errorRateThreshold();
            if (count(failed, check, policy.checkWindow()) >= policy.failureCount()) {
                return RuleOutcome.of(RuleOutcome.Kind.ROLLBACK, promotion, now);
            }
            if (lost >= policy.consecutiveFailures()) {
                return RuleOutcome.of(RuleOutcome.Kind.ESCALATE, promotion, now);
            }
        }
        return RuleOutcome.of(RuleOutcome.Kind.HEALTHY, promotion, grace(promotion));
    }

    private static int count(boolean[] failed, int newest, int window) {
        int count = 0;
        for (int check = newest; check > Math.max(0, newest - window); check--) {
            count += failed[check] ? 1 : 0;
        }
        return count;
    }

    /** Argo Rollouts: failureLimit 3 (the fourth failed measurement aborts), consecutiveErrorLimit 4 (no data is an error). */
    private static RuleOutcome argo(Promotion promotion) {
        int failures = 0;
        int errors = 0;
        double limit = promotion.scenario().policy().errorRateThreshold();
        for (double now = STEP; now <= grace(promotion); now += STEP) {
            CallCounts seen = promotion.seen(now - RATE_WINDOW, now);
            errors = seen.calls() == 0 ? errors + 1 : 0;
            failures += seen.rate().orElse(0) > limit ? 1 : 0;
            if (failures > 3 || errors > 4) {
                return RuleOutcome.of(RuleOutcome.Kind.ROLLBACK, promotion, now);
            }
        }
        return RuleOutcome.of(RuleOutcome.Kind.HEALTHY, promotion, grace(promotion));
    }

    /** Flagger: the fifth failed check (threshold 5) rolls back, and a check without data fails. */
    private static RuleOutcome flagger(Promotion promotion) {
        int failures = 0;
        double limit = promotion.scenario().policy().errorRateThreshold();
        for (double now = STEP; now <= grace(promotion); now += STEP) {
            failures += promotion.seen(now - RATE_WINDOW, now).rate().orElse(1) > limit ? 1 : 0;
            if (failures >= 5) {
                return RuleOutcome.of(RuleOutcome.Kind.ROLLBACK, promotion, now);
            }
        }
        return RuleOutcome.of(RuleOutcome.Kind.HEALTHY, promotion, grace(promotion));
    }

    /**
     * Kayenta's Mann-Whitney classifier on the error rates of steps of 30 s, from five steps on, against a control of
     * equal traffic beside it, which no other rule has: confidence .98, tolerance .25.
     */
    private static RuleOutcome kayenta(Promotion promotion) {
        Promotion control = control(promotion);
        int checks = (int) (grace(promotion) / STEP);
        double[] canary = new double[checks];
        double[] beside = new double[checks];
        for (int check = 0; check < checks; check++) {
            double now = (check + 1) * STEP;
            canary[check] = promotion.seen(now - STEP, now).rate().orElse(0);
            beside[check] = control.seen(now - STEP, now).rate().orElse(0);
            if (check >= 4 && isHigher(Arrays.copyOf(canary, check + 1), Arrays.copyOf(beside, check + 1))) {
                return RuleOutcome.of(RuleOutcome.Kind.ROLLBACK, promotion, now);
            }
        }
        return RuleOutcome.of(RuleOutcome.Kind.HEALTHY, promotion, grace(promotion));
    }

    /** The previous worker under the same callers: what fails with either worker fails here too. */
    private static Promotion control(Promotion promotion) {
        return promotion.control(new SplittableRandom(promotion.chance().nextLong()));
    }

    /** Whether the lower end of the interval of the shift between both is above the tolerance. */
    private static boolean isHigher(double[] canary, double[] control) {
        int n = canary.length;
        double[] shifts = new double[n * n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                shifts[i * n + j] = canary[i] - control[j];
            }
        }
        Arrays.sort(shifts);
        double z98 = 2.3263;
        int rank = (int) Math.floor(n * n / 2.0 - z98 * Math.sqrt((double) n * n * (2 * n + 1) / 12));
        double tolerance = 0.25 * Arrays.stream(control).average().orElse(0);
        return rank >= 1 && shifts[rank - 1] > Math.max(1e-9, tolerance);
    }

    /** GrowthBook's sequential interval (N* = 5000, one-sided 5 %) of the difference to the record's rate. */
    private static RuleOutcome sequential(Promotion promotion) {
        CallCounts before = promotion.record().calls();
        for (double now = STEP; now <= grace(promotion); now += STEP) {
            CallCounts seen = promotion.seen(0, now);
            if (before.calls() > 0 && seen.calls() > 0) {
                double was = before.rate().orElse(0);
                double is = seen.rate().orElse(0);
                double n = seen.calls();
                double variance = is * (1 - is) + was * (1 - was) * n / before.calls();
                if (is - was > halfWidth(variance, n)) {
                    return RuleOutcome.of(RuleOutcome.Kind.ROLLBACK, promotion, now);
                }
            }
        }
        return RuleOutcome.of(RuleOutcome.Kind.HEALTHY, promotion, grace(promotion));
    }

    private static double halfWidth(double variance, double n) {
        double alpha = 0.1;
        double tuning = 5000;
        double rho2 = (-2 * Math.log(alpha) + Math.log(-2 * Math.log(alpha) + 1)) / tuning;
        double log = Math.log(Math.sqrt(n * rho2 + 1) / alpha);
        return Math.sqrt(variance) * Math.sqrt(2 * (n * rho2 + 1) * log / (n * n * rho2));
    }
}
