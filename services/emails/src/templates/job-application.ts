import type { MailMessage } from '../mailer.ts';
import { plainLine } from '../plain-line.ts';
import { linkTo } from './link-to.ts';
import { renderTemplate } from './render.ts';

/** The mail that tells an employer that somebody applied; an answer goes to the applicant. */
export const renderJobApplication = (
  application: {
    employerEmail: string;
    employerName: string;
    jobTitle: string;
    applicantName: string;
    applicantEmail: string;
    jobId: number | string;
  },
  { publicUrl }: { publicUrl: string },
): MailMessage => {
  const { employerEmail, applicantEmail, jobId } = application;
  const name = plainLine(application.employerName, { maxLength: 60, fallback: '' });
  const applicant = plainLine(application.applicantName, { maxLength: 60, fallback: 'Somebody' });
  const jobTitle = plainLine(application.jobTitle, { maxLength: 100, fallback: 'your job' });
  return {
    to: { name, address: employerEmail },
    replyTo: { name: applicant, address: applicantEmail },
    ...renderTemplate('job-application', {
      subject: `${applicant} applied for ${jobTitle}`,
      preview: `A new application for ${jobTitle}.`,
      reason: 'You get this mail because you posted this job.',
      name: name === '' ? 'there' : name,
      applicant,
      applicantEmail,
      applicantLink: `mailto:${encodeURIComponent(applicantEmail)}`,
      jobTitle,
      link: linkTo(publicUrl, `jobs/${encodeURIComponent(jobId)}`),
    }),
  };
};
