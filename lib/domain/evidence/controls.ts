/** The rules that the map speaks of, by the name that `--framework` takes. */
export const FRAMEWORKS = {
  soc2: 'SOC 2 (AICPA Trust Services Criteria 2017, points of focus of 2022)',
  iso27001: 'ISO/IEC 27001:2022, Annex A',
  dora: 'DORA, Regulation (EU) 2022/2554, Article 12',
  nis2: 'NIS2, Implementing Regulation (EU) 2024/2690, Annex, point 4.2',
} as const;

export type Framework = keyof typeof FRAMEWORKS;

export const FRAMEWORK_IDS = Object.keys(FRAMEWORKS) as readonly Framework[]; // proof: an object literal's own keys are its type's keys

/** One control: what it asks, in our words, which part of the evidence bears on it, and what of it we do not cover. */
export type Control = {
  readonly framework: Framework;
  readonly id: string;
  readonly asks: string;
  readonly answeredBy: readonly string[];
  readonly notCovered: string;
};

/** Stands on every export and in the documents. */
export const NO_CLAIM =
  'This maps evidence to controls. It is no statement that anybody complies with anything: what a control asks of an organisation is wider than what its backups show, and an auditor decides.';

const LOG = 'log: every check with its verdicts, and the intervals in which nobody watched';
const RPO = 'report: share of time within RPO, by cluster and month';
const TESTS = 'report: restore tests, with the recovery point, what was validated and the time that each took';
const DRILLS = 'report: drills, with the RTO and RPO that were measured';
const INCIDENTS = 'report: incidents, with the time to acknowledge';
const POLICY = 'report: the policy in force and its changes';
const RUNBOOKS = 'runbooks of the product';

/** The four frameworks that the documents and exports speak of. The words are ours, not those of the standards. */
export const CONTROLS: readonly Control[] = [
  {
    framework: 'soc2',
    id: 'A1.2',
    asks: 'Environmental protections, software, backup processes and recovery infrastructure are built, run and watched so that the commitments on availability are met.',
    answeredBy: [LOG, RPO, POLICY, INCIDENTS],
    notCovered: 'Capacity, the physical environment, and backups of anything but databases in MongoDB Atlas.',
  },
  {
    framework: 'soc2',
    id: 'A1.3',
    asks: 'The procedures by which systems are recovered are tested.',
    answeredBy: [TESTS, DRILLS],
    notCovered: 'Plans for business continuity, and the recovery of applications, networks and people.',
  },
  {
    framework: 'iso27001',
    id: 'A.8.13',
    asks: 'Backup copies of information, software and systems are kept and regularly tested, as a policy on backups agreed on says.',
    answeredBy: [POLICY, RPO, TESTS, LOG],
    notCovered: 'Backups of software and systems outside Atlas, and whether the policy suits the business.',
  },
  {
    framework: 'dora',
    id: 'Art. 12(1)',
    asks: 'Policies say which data is backed up and how often at least, by how critical or how confidential the information is; and procedures say how it is restored and recovered. Both are written down.',
    answeredBy: [POLICY, RPO, RUNBOOKS],
    notCovered:
      'How critical or confidential the information is: policy states it by project, cluster and tag, and nobody here judges it. Data outside Atlas.',
  },
  {
    framework: 'dora',
    id: 'Art. 12(2)',
    asks: 'Backup systems can be activated as the policies say without endangering the networks, systems and data; backup and restoration are tested periodically.',
    answeredBy: [TESTS, DRILLS],
    notCovered: 'Whether activation endangers systems other than the databases that were restored.',
  },
  {
    framework: 'dora',
    id: 'Art. 12(3)',
    asks: 'Whoever restores with systems of their own uses ones that are physically and logically segregated from the source, protected from access and corruption, and that allow services to be restored in time. Central counterparties and data reporting service providers have further duties.',
    answeredBy: [`${TESTS}; each target is a cluster of its own that policy names and that carries a tag`],
    notCovered:
      'Physical segregation: a target in the same Atlas organisation, or at the same cloud provider, is not physically apart. Who else may access the target. The further duties.',
  },
  {
    framework: 'dora',
    id: 'Art. 12(4)',
    asks: 'Redundant capacities with all that the business needs are kept; microenterprises assess whether they need them.',
    answeredBy: [`${LOG}, those of electable nodes and regions among them`],
    notCovered: 'Everything but the nodes and regions of the clusters, and what the business needs.',
  },
  {
    framework: 'dora',
    id: 'Art. 12(5)',
    asks: 'Central securities depositories keep a second processing site, far enough away to have other risks, with what and whom it needs.',
    answeredBy: [`${DRILLS}: those that simulate the outage of a region`],
    notCovered: 'Sites, staff, and everything but the regions of the clusters.',
  },
  {
    framework: 'dora',
    id: 'Art. 12(6)',
    asks: 'Recovery times and recovery points are set for each function, by whether it is critical or important and what it means for the market, so that agreed service levels are met in extreme scenarios too.',
    answeredBy: [POLICY, DRILLS, TESTS, RPO],
    notCovered: 'The effect on market efficiency, and functions that need more than their database.',
  },
  {
    framework: 'dora',
    id: 'Art. 12(7)',
    asks: 'In a recovery from an incident, checks (several, and reconciliations, where needed) see to it that the data is whole; also where it is reconstructed from data of others, so that all systems agree.',
    answeredBy: [`${TESTS}; counts, indexes, options and the user's own assertions are compared`],
    notCovered: 'Reconciliation with data of outside parties.',
  },
  {
    framework: 'nis2',
    id: '4.2.1',
    asks: 'Backup copies of data are kept, and there are enough facilities, systems and staff for redundancy.',
    answeredBy: [LOG, RPO],
    notCovered: 'Facilities and staff, and data outside Atlas.',
  },
  {
    framework: 'nis2',
    id: '4.2.2(a)',
    asks: 'Backup plans, made from the risk assessment and the continuity plan, lay down recovery times.',
    answeredBy: [POLICY, DRILLS],
    notCovered: 'The risk assessment and the continuity plan, and recovery times of systems other than the databases.',
  },
  {
    framework: 'nis2',
    id: '4.2.2(b)',
    asks: 'The plans assure that backup copies are complete and accurate, configuration data and data in the cloud included.',
    answeredBy: [TESTS, LOG],
    notCovered: 'Configuration of Atlas itself and of applications; data outside Atlas.',
  },
  {
    framework: 'nis2',
    id: '4.2.2(c)',
    asks: 'Copies are stored in safe places, outside the network of the system, and far enough away that a disaster at the main site spares them.',
    answeredBy: [`${LOG}, those of copies to other regions and of exports among them`],
    notCovered: 'Distance in kilometres, and copies outside Atlas, which stores snapshots with the cloud provider of the cluster.',
  },
  {
    framework: 'nis2',
    id: '4.2.2(d)',
    asks: 'Access to copies, physical and logical, is controlled as befits the class of the assets.',
    answeredBy: ['log: acts of people, with who and from where; digests of records'],
    notCovered: 'Who may read or delete snapshots in Atlas, and any physical access.',
  },
  {
    framework: 'nis2',
    id: '4.2.2(e)',
    asks: 'The plans say how data is restored from copies.',
    answeredBy: [RUNBOOKS, TESTS, DRILLS],
    notCovered: 'Approvals of your own before a restore.',
  },
  {
    framework: 'nis2',
    id: '4.2.2(f)',
    asks: 'The plans say how long copies are kept, by what business and law ask.',
    answeredBy: [POLICY, LOG],
    notCovered: 'Which laws apply.',
  },
  {
    framework: 'nis2',
    id: '4.2.3',
    asks: 'The integrity of copies is checked regularly.',
    answeredBy: [TESTS],
    notCovered: 'Copies that no restore test has restored.',
  },
  {
    framework: 'nis2',
    id: '4.2.4',
    asks: 'Systems, assets, staff and channels of communication are redundant at least in part, by the risk assessment and the continuity plan.',
    answeredBy: [`${LOG}, those of electable nodes and regions, and of the alert path, among them`],
    notCovered: 'Assets and staff, and systems other than the clusters and the channels of alerts.',
  },
  {
    framework: 'nis2',
    id: '4.2.5',
    asks: 'Where it fits, what is known of backups and redundancy guides how resources are watched and adjusted.',
    answeredBy: [LOG, INCIDENTS],
    notCovered: 'That resources were adjusted.',
  },
  {
    framework: 'nis2',
    id: '4.2.6',
    asks: 'The recovery of copies and redundancies is tested regularly, so that they, the processes and the knowledge can be relied upon; the results are written down, and what was wrong is put right.',
    answeredBy: [TESTS, DRILLS, INCIDENTS],
    notCovered: 'That what was decided afterwards was carried out, beyond the follow-ups of drills that people close here.',
  },
];

/** Pure: the controls of one framework, or of all. */
export function controlsOf(framework: Framework | null): readonly Control[] {
  return CONTROLS.filter((control) => framework === null || control.framework === framework);
}
